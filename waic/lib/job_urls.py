"""Addresses below /admin/jobs/: a person's own long jobs, for people who work at a desk."""

from django.contrib import admin
from django.urls import path

from waic.lib import job_views

app_name = "jobs"


def desk(view):
    return admin.site.admin_view(view)


urlpatterns = [
    path("", desk(job_views.job_list), name="list"),
    path("<uuid:uuid>/", desk(job_views.progress), name="progress"),
    path("<uuid:uuid>/result/", desk(job_views.result), name="result"),
    path("<uuid:uuid>/cancel/", desk(job_views.cancel), name="cancel"),
    path("<uuid:uuid>/again/", desk(job_views.again), name="again"),
]
