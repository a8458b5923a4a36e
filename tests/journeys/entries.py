"""A complete entry, handed in through the operations."""

from django.core.files.uploadedfile import SimpleUploadedFile

from awards.operations.entries import attach_file, save_answers, start_entry, submit_entry


def submitted_entry(call, person, paper):
    """An entry of `person` with everything the SAIL form asks for."""
    entry = start_entry(call, user=person)
    save_answers(
        entry,
        basics={"title_zh": "示例申报", "title_en": "Sample entry", "country": "CN", "track": str(call.tracks.first().pk)},
        answers={"applicant_unit": "示例研究院", "contact_phone": "021", "summary": "示例", "novelty": "示例", "maturity": "use", "truthful": "yes"},
    )  # fmt: skip
    attach_file(entry, call.fields.get(key="paper"), SimpleUploadedFile("paper.pdf", paper["buffer"]), by=person)  # fmt: skip
    return submit_entry(entry, by=person)
