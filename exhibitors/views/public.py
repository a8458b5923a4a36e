"""The catalogue: exhibitors, exhibits, launches. The same bytes for everybody."""

import json

from django.core.paginator import Paginator
from django.http import Http404
from django.utils.safestring import mark_safe
from django.views.generic import TemplateView

from exhibitors import catalogue
from waic.editions.pages import EditionPage, page_number


class ListPage(EditionPage, TemplateView):
    """A filtered, paged list. Subclasses say which rows and how they are narrowed."""

    section = "exhibitors"
    params = catalogue.PARAMS

    def rows(self):
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        self.filters = catalogue.Filters.read(self.request.GET)
        paginator = Paginator(self.rows(), catalogue.PER_PAGE)
        number = page_number(self.request)
        if number > paginator.num_pages:
            raise Http404
        return super().get_context_data(
            page_obj=paginator.page(number), filters=self.filters,
            choices=catalogue.choices(self.edition), figures=catalogue.figures(self.edition), **kwargs,
        )  # fmt: skip


class ExhibitorList(ListPage):
    template_name = "exhibitors/exhibitor_list.html"

    def rows(self):
        return catalogue.narrow_exhibitors(
            catalogue.exhibitors(self.edition), self.edition, self.filters
        )


class ExhibitList(ListPage):
    template_name = "exhibitors/exhibit_list.html"

    def rows(self):
        return catalogue.narrow_exhibits(
            catalogue.exhibits(self.edition), self.edition, self.filters
        )


class LaunchList(EditionPage, TemplateView):
    section = "exhibitors"
    template_name = "exhibitors/launch_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            highlights=catalogue.highlights(self.edition), launches=catalogue.launches(self.edition),
            figures=catalogue.figures(self.edition), **kwargs,
        )  # fmt: skip


class ExhibitorPage(EditionPage, TemplateView):
    section = "exhibitors"
    template_name = "exhibitors/exhibitor_detail.html"

    def get_context_data(self, **kwargs):
        exhibitor = catalogue.exhibitor(self.edition, kwargs["code"])
        if exhibitor is None:
            raise Http404
        return super().get_context_data(
            exhibitor=exhibitor, json_ld=json_ld(_organisation(exhibitor)), **kwargs
        )


class ExhibitPage(EditionPage, TemplateView):
    section = "exhibitors"
    template_name = "exhibitors/exhibit_detail.html"

    def get_context_data(self, **kwargs):
        exhibit = catalogue.exhibit(self.edition, kwargs["code"])
        if exhibit is None:
            raise Http404
        exhibit.application.edition = self.edition
        return super().get_context_data(
            exhibit=exhibit, exhibitor=exhibit.application, near=catalogue.neighbours(exhibit),
            json_ld=json_ld(_product(exhibit)), **kwargs,
        )  # fmt: skip


# --- Linked data --------------------------------------------------------------------------------


def json_ld(data):
    """A JSON-LD block's content; no text in it can end the script element."""
    text = json.dumps(data, ensure_ascii=False)
    for character, escape in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(character, escape)
    return mark_safe(text)


def _organisation(exhibitor):
    names = [name for name in (exhibitor.name_zh, exhibitor.name_en) if name]
    data = {
        "@context": "https://schema.org", "@type": "Organization",
        "name": str(exhibitor), "alternateName": [n for n in names if n != str(exhibitor)],
        "url": exhibitor.website,
        "description": exhibitor.profile_zh or exhibitor.profile_en,
        "address": {"@type": "PostalAddress", "addressLocality": exhibitor.city, "addressCountry": exhibitor.country},
    }  # fmt: skip
    return {key: value for key, value in data.items() if value}


def _product(exhibit):
    names = [name for name in (exhibit.name_zh, exhibit.name_en) if name]
    data = {
        "@context": "https://schema.org", "@type": "Product",
        "name": str(exhibit), "alternateName": [n for n in names if n != str(exhibit)],
        "category": exhibit.category or exhibit.application.category,
        "description": exhibit.description_zh or exhibit.description_en,
        "brand": {"@type": "Organization", "name": str(exhibit.application)},
    }  # fmt: skip
    return {key: value for key, value in data.items() if value}
