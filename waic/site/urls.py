"""Addresses of pages that show several rooms together."""

from django.urls import path

from waic.site import halls, views

app_name = "site"
urlpatterns = [
    path("", views.home, name="home"),
    path("<int:year>/", views.home, name="edition"),
    path("<int:year>/map/", halls.MapView.as_view(), name="map"),
    path("<int:year>/map/<str:hall>/", halls.HallView.as_view(), name="hall"),
    path("<int:year>/search/", views.SearchView.as_view(), name="search"),
    path("about/", views.about, name="about"),
    path("portal/", views.PortalView.as_view(), name="portal"),
    path("demo/clock/", views.DemoClockView.as_view(), name="demo-clock"),
]
