"""What a new edition takes over of the programme: its kinds and its rules; forums and guests are new."""

from forums.models import ForumKind, RuleSetting
from waic.editions.copying import copied


@copied
def kinds_and_rules(copying):
    copying.rows(ForumKind.objects.filter(edition=copying.old))
    copying.rows(RuleSetting.objects.filter(edition=copying.old))
