"""Reports lie among the desks."""

from django.contrib import admin
from django.urls import path

from waic.reports import views

app_name = "reports"
urlpatterns = [
    path("admin/reports/", admin.site.admin_view(views.report_list), name="list"),
    path("admin/reports/<slug:key>/", admin.site.admin_view(views.report_page), name="report"),
    path(
        "admin/reports/<slug:key>/export/",
        admin.site.admin_view(views.report_export),
        name="export",
    ),
]
