"""A person's own pages below /portal/; allauth's addresses lie below /accounts/."""

from django.urls import path

from waic.accounts import views

app_name = "accounts"
urlpatterns = [
    path("portal/profile/", views.ProfileView.as_view(), name="profile"),
    path("portal/profile/tokens/", views.TokensView.as_view(), name="tokens"),
    path("portal/organisations/", views.OrganisationsView.as_view(), name="organisations"),
    path("portal/organisations/join/<str:token>/", views.JoinView.as_view(), name="join"),
    path(
        "portal/organisations/<code:code>/", views.OrganisationView.as_view(), name="organisation"
    ),
]
