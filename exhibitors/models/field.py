"""What a field of the exhibition is called in English; the field itself stays what the exhibitor typed."""

from django.db import models
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from waic.lib.pagecache import PublicQuerySet
from waic.lib.text import LineField


class FieldNameQuerySet(PublicQuerySet):
    def columns(self, field):
        """Annotations `category_zh`, `category_en` of the rows whose column `field` holds a field in words."""
        english = self.filter(name_zh=OuterRef(field)).values("name_en")
        return {
            "category_zh": F(field),
            "category_en": Coalesce(Subquery(english), Value("")),
        }


class FieldName(models.Model):
    """机器人 is robotics; the same in every edition."""

    name_zh = LineField(_("name in Chinese"), max_length=60, unique=True)
    name_en = LineField(_("name in English"), max_length=60)

    objects = FieldNameQuerySet.as_manager()

    class Meta:
        ordering = ["name_zh"]
        verbose_name = _("field in English")
        verbose_name_plural = _("fields in English")

    def __str__(self):
        return f"{self.name_zh} · {self.name_en}"
