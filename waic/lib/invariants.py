"""Data rules that must always hold; `manage.py check_invariants` and a nightly task look at all of them."""

_checks: dict = {}


def invariant(sentence):
    """Register a function that yields one sentence per broken row; `sentence` says what should hold."""

    def register(check):
        _checks[f"{check.__module__}.{check.__name__}"] = (sentence, check)
        return check

    return register


def broken():
    """Yield (rule, sentence) for everything that does not hold."""
    for sentence, check in _checks.values():
        for trouble in check():
            yield sentence, trouble


def rules():
    """The registered rules, for the command's report."""
    return [sentence for sentence, _check in _checks.values()]
