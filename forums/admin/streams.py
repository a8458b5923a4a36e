"""Links to streams on the page of their forum."""

from unfold.admin import TabularInline

from forums.models import Session, StreamLink


class StreamInline(TabularInline):
    model = StreamLink
    fields = ["session", "kind", "url", "title_zh", "title_en"]
    extra = 0
    tab = True

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "session":
            forum = request.resolver_match.kwargs.get("object_id") or None
            kwargs["queryset"] = Session.objects.filter(forum=forum)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
