"""Slides: the speaker's own, those of a host's forum, and what the public may download."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from forums.forms import SlidesForm
from forums.models import SlidesFile
from forums.operations import slides
from forums.views.hosting import OwnForum
from forums.views.portal import OwnSpeaker
from waic.lib.files import serve


def number(text):
    """A row's number out of an address or a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


class SlidesPanel:
    """One contribution on a page: the row, whether it is open, and the form, bound where it was refused."""

    def __init__(self, contribution, form=None):
        self.contribution = contribution
        self.is_open = slides.is_open(contribution)
        self.form = form or SlidesForm(contribution=contribution)

    @property
    def slides(self):
        return self.contribution.slides if self.contribution.has_slides else None


def take_upload(request, contribution, *, by, as_host=False):
    """Upload what a form sent; the SlidesForm with its errors, None when all went well."""
    form = SlidesForm(request.POST, request.FILES, contribution=contribution)
    if not form.is_valid():
        return form
    try:
        slides.upload_slides(contribution, form.cleaned_data["file"], by=by, as_host=as_host)
    except ValidationError as refusal:
        form.add_error("file", refusal)
        return form
    messages.success(request, _("The slides are here. The stage shows the newest version."))
    return None


class OwnSlidesFileView(OwnSpeaker, View):
    """Any version of one's own slides."""

    def get(self, request, code, uuid):
        mine = SlidesFile.objects.filter(slides__participation__speaker=self.speaker)
        return serve(get_object_or_404(mine.select_related("file"), file__uuid=uuid).file)


class HostedSlidesView(OwnForum):
    """The slides of one guest of a host's forum."""

    def dispatch(self, request, *args, **kwargs):
        self.pk = kwargs["pk"]
        return super().dispatch(request, *args, **kwargs)

    def find(self):
        found = slides.contributions().filter(forum=self.forum, pk=self.pk).first()
        if found is None:
            raise Http404
        return found

    def get(self, request, code, pk):
        return self.page(SlidesPanel(self.find()))

    def post(self, request, code, pk):
        contribution = self.find()
        refused = take_upload(request, contribution, by=request.user, as_host=True)
        if refused:
            return self.page(SlidesPanel(contribution, refused), status=400)
        return redirect("forums:hosted-forum", code)

    def page(self, panel, status=200):
        context = {"forum": self.forum, "panel": panel}
        return render(self.request, "forums/hosted_slides.html", context, status=status)


class HostedSlidesFileView(OwnForum):
    """The newest version of a guest's slides; the earlier ones are between the guest and the desk."""

    def get(self, request, code, pk):
        rows = slides.contributions().filter(forum=self.forum, has_slides=True)
        return serve(get_object_or_404(rows, pk=pk).slides.current.file)


@require_safe
def public_slides(request, year, code):
    """What was released and is still consented to; anything else is not there."""
    found = slides.public_slides(code=code, participation__forum__edition__year=year)
    found = get_object_or_404(found.filter(participation__forum__edition__is_published=True))
    return serve(found.current.file, name=slides.public_name(found))
