"""The edition a page is about, for templates."""

from django.utils.functional import SimpleLazyObject

from waic.editions.models import Edition


def edition(request):
    """`current_edition`: the edition in the address if there is one, else the current one; lazy."""

    def find():
        match = getattr(request, "resolver_match", None)
        year = match.kwargs.get("year") if match else None
        if year:
            return (
                Edition.objects.published().filter(year=year).first() or Edition.objects.current()
            )
        return Edition.objects.current()

    return {"current_edition": SimpleLazyObject(find)}
