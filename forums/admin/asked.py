"""What an address of the desk asks for."""

from django.http import Http404

from waic.editions.models import Edition


def edition_asked_for(request):
    """The edition of `?year=`, else the current one; 404 for a year without one."""
    year = request.GET.get("year", "")
    if not year:
        edition = Edition.objects.current()
    else:
        is_year = year.isascii() and year.isdigit() and len(year) == 4
        edition = Edition.objects.filter(year=year).first() if is_year else None
    if edition is None:
        raise Http404
    return edition
