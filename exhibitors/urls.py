"""Addresses of the exhibition, below each language's root."""

from django.urls import path

from exhibitors.views import drafting, exhibits, portal, public

app_name = "exhibitors"
urlpatterns = [
    path("<int:year>/exhibitors/", public.ExhibitorList.as_view(), name="exhibitors"),
    path("<int:year>/exhibitors/<code:code>/", public.ExhibitorPage.as_view(), name="exhibitor"),
    path("<int:year>/exhibits/", public.ExhibitList.as_view(), name="exhibits"),
    path("<int:year>/exhibits/<code:code>/", public.ExhibitPage.as_view(), name="exhibit"),
    path("<int:year>/launches/", public.LaunchList.as_view(), name="launches"),
    path("portal/exhibitors/", portal.application_list, name="application-list"),
    path("portal/exhibitors/new/", portal.application_new, name="application-new"),
    path("portal/exhibitors/<code:code>/", portal.application_detail, name="application"),
    path("portal/exhibitors/<code:code>/edit/", drafting.application_edit, name="application-edit"),
    path("portal/exhibitors/<code:code>/review/", portal.application_review, name="application-review"),
    path("portal/exhibitors/<code:code>/withdraw/", portal.application_withdraw, name="application-withdraw"),
    path("portal/exhibitors/<code:code>/files/<slug:slot>/", portal.application_file, name="application-file"),
    path("portal/exhibitors/<code:code>/exhibits/new/", exhibits.exhibit_new, name="exhibit-new"),
    path("portal/exhibitors/<code:code>/exhibits/<code:exhibit>/", exhibits.exhibit_edit, name="exhibit-edit"),
    path("portal/exhibitors/<code:code>/exhibits/<code:exhibit>/remove/", exhibits.exhibit_remove, name="exhibit-remove"),
    path("portal/exhibitors/<code:code>/exhibits/<code:exhibit>/picture/", exhibits.exhibit_picture, name="exhibit-picture"),
]  # fmt: skip
