"""Addresses of visitors and gates."""

from django.urls import path

from waic.visitors import views

app_name = "visitors"
urlpatterns = [
    path("<int:year>/visit/", views.VisitView.as_view(), name="visit"),
    path("portal/tickets/", views.TicketsView.as_view(), name="tickets"),
    path("gate/", views.GateView.as_view(), name="gate"),
]
