"""People known from an earlier edition: the list, the page on which their profile is taken over, the hint beside a form."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from forums.models import Speaker
from forums.operations import recognising
from waic.editions.models import Edition
from waic.lib.stepping import number_of


class RecognisingMixin:
    """For the list of guests. A person's page says whether they are known; nothing is taken without being asked for."""

    change_form_template = "forums/desk/speaker_form.html"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("known/", wrap(self.known_view), name="forums_speaker_known"),
            path("<int:pk>/known/<int:earlier>/", wrap(self.take_over_view), name="forums_speaker_take_over"),
            *super().get_urls(),
        ]  # fmt: skip

    @action(description=gettext_lazy("Known from earlier editions"), url_path="known-button", permissions=["change"])  # fmt: skip
    def show_known(self, request):
        return HttpResponseRedirect(reverse("admin:forums_speaker_known"))

    def known_view(self, request):
        """Guests of the edition whose earlier profile has something to offer."""
        self._check_change(request)
        edition = Edition.objects.current()
        context = {"title": _("Known from earlier editions"), "edition": edition, "rows": self._known(edition)}  # fmt: skip
        return self._known_page(request, "forums/desk/known.html", context)

    def _known(self, edition):
        if edition is None:
            return []
        people = Speaker.objects.living().filter(edition=edition, is_person=True)
        people = people.select_related("photo").prefetch_related("honours")
        rows = []
        for person, profiles in recognising.EarlierPeople(edition).known(people):
            gaps = [offer.label for offer in recognising.offers(person, profiles[0]) if offer.is_gap]  # fmt: skip
            if gaps:
                rows.append((person, profiles[0], gaps))
        return rows

    def take_over_view(self, request, pk, earlier):
        """GET shows both field by field; POST takes over what is ticked."""
        self._check_change(request)
        person = get_object_or_404(self.get_queryset(request).select_related("edition"), pk=pk)
        profiles = {profile.pk: profile for profile in recognising.known_as(person)}
        profile = profiles.get(earlier) or get_object_or_404(Speaker.objects.none())
        ticked, refusal = None, ""
        if request.method == "POST":
            ticked = request.POST.getlist("take")
            try:
                return self._take_over(request, person, profile, ticked)
            except ValidationError as error:
                refusal = " ".join(error.messages)
        offers = recognising.offers(person, profile)
        context = {
            "title": _("Take over from %(edition)s") % {"edition": profile.edition}, "person": person, "profile": profile,
            "others": [other for pk, other in profiles.items() if pk != earlier], "refusal": refusal,
            "rows": [(o, o.name in ticked if ticked is not None else o.is_gap) for o in offers],
            "version": request.POST.get("version", person.version),
        }  # fmt: skip
        return self._known_page(request, "forums/desk/take_over.html", context, 400 if refusal else 200)  # fmt: skip

    def _take_over(self, request, person, profile, ticked):
        version = number_of(request.POST.get("version"))
        recognising.take_over(person, profile, ticked, by=request.user, version=version)
        done = _("Taken over from %(edition)s.") % {"edition": profile.edition}
        self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:forums_speaker_change", args=[person.pk]))

    # --- The hint -------------------------------------------------------------------------------

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and obj is not None and self.has_change_permission(request, obj):
            context["known_as"] = [p for p in recognising.known_as(obj) if recognising.offers(obj, p)]  # fmt: skip
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        """Whoever enters a person we know is told at once."""
        if profiles := recognising.known_as(obj):
            profile = profiles[0]
            link = reverse("admin:forums_speaker_take_over", args=[obj.pk, profile.pk])
            known = _("%(name)s is known from %(edition)s.") % {"name": obj, "edition": profile.edition}  # fmt: skip
            text = format_html('{} <a href="{}">{}</a>', known, link, _("Take the profile over"))
            self.message_user(request, text, messages.INFO)
        return super().response_add(request, obj, post_url_continue)

    def _check_change(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _known_page(self, request, template, context, status=200):
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, whole, status=status)
