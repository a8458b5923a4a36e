"""What a new edition takes over of the programme: kinds, rules, the call for forums; forums and guests are new."""

from forums.models import (
    ForumCall,
    ForumCriterion,
    ForumKind,
    ReleasePolicy,
    RuleSetting,
    StageRules,
)
from waic.editions.copying import copied


@copied
def kinds_and_rules(copying):
    copying.rows(ForumKind.objects.filter(edition=copying.old))
    copying.rows(RuleSetting.objects.filter(edition=copying.old))
    copying.rows(StageRules.objects.filter(edition=copying.old))
    copying.rows(ReleasePolicy.objects.filter(edition=copying.old))


@copied
def call_for_forums(copying):
    copying.rows(ForumCall.objects.filter(edition=copying.old))
    copying.rows(ForumCriterion.objects.filter(call__edition=copying.old))
