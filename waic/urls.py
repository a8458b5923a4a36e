"""Every address. Chinese at the root, English under /en/; what machines read has no language prefix."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from waic.lib.codes import CodeConverter
from waic.site import health
from waic.site import views as site

register_converter(CodeConverter, "code")
# The desks sign in through allauth, so that the second factor counts there too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "waic.lib.errors.bad_request"

urlpatterns = [
    path("api/v1/", include("waic.api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("", include("waic.lib.urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    path("favicon.ico", site.favicon, name="favicon"),
    path("robots.txt", site.robots),
    path("sitemap.xml", site.sitemap),
]

urlpatterns += i18n_patterns(
    path("", include("waic.site.urls")),
    path("", include("forums.urls")),
    path("", include("exhibitors.urls")),
    path("", include("awards.urls")),
    path("", include("waic.visitors.urls")),
    path("", include("waic.notifications.urls")),
    path("", include("waic.reports.urls")),
    path("", include("waic.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/jobs/", include("waic.lib.job_urls")),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)
