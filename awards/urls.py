"""Addresses of awards and contests, below each language's root."""

from django.urls import path

from awards.views import filling, judging, portal, public
from waic.lib.toolong import answered_when_too_long

app_name = "awards"
urlpatterns = [
    path("<int:year>/awards/", public.AwardsView.as_view(), name="awards"),
    path("<int:year>/awards/winners/<code:code>/", public.WinnerView.as_view(), name="winner"),
    path("<int:year>/awards/receipts/<str:token>/", public.receipt, name="receipt"),
    path("<int:year>/awards/<slug:award>/", public.AwardView.as_view(), name="award"),
    path("portal/entries/", portal.EntryListView.as_view(), name="entry-list"),
    path("portal/entries/new/", portal.EntryStartView.as_view(), name="entry-new"),
    path("portal/entries/join/<str:token>/", portal.JoinView.as_view(), name="join"),
    path("portal/entries/<code:code>/", portal.EntryView.as_view(), name="entry"),
    path(
        "portal/entries/<code:code>/form/",
        answered_when_too_long(filling.EntryFormView.as_view(), filling.EntryTooLongView.as_view()),
        name="entry-form",
    ),
    path("portal/entries/<code:code>/people/", portal.MembersView.as_view(), name="entry-members"),
    path(
        "portal/entries/<code:code>/receipt/",
        portal.ReceiptFileView.as_view(),
        name="entry-receipt",
    ),
    path(
        "portal/entries/<code:code>/files/<slug:key>/",
        portal.EntryFileView.as_view(),
        name="entry-file",
    ),
    path("portal/judging/", judging.JudgingView.as_view(), name="judging"),
    path(
        "portal/judging/<slug:stage>/<code:code>/",
        answered_when_too_long(judging.ReviewView.as_view(), judging.ReviewTooLongView.as_view()),
        name="review",
    ),
    path(
        "portal/judging/<slug:stage>/<code:code>/paper/",
        judging.PaperView.as_view(),
        name="review-paper",
    ),
]
