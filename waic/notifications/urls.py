"""Addresses of the notifications package."""

from django.urls import path

from waic.notifications import views

app_name = "notifications"
urlpatterns = [
    path("portal/messages/", views.InboxView.as_view(), name="inbox"),
    path("portal/messages/<uuid:uuid>/", views.MessageView.as_view(), name="message"),
]
