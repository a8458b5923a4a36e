"""What a new edition takes over of the exhibition: blocks, booths and the dates of the call; no exhibitor."""

from exhibitors.models import Block, Booth, ExhibitionCall
from waic.editions.copying import copied


@copied
def exhibition(copying):
    copying.rows(Block.objects.filter(edition=copying.old))
    copying.rows(Booth.objects.filter(hall__venue__edition=copying.old))
    copying.rows(ExhibitionCall.objects.filter(edition=copying.old))
