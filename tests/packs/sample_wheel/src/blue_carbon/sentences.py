"""One sentence for feature files."""

from tanpan.phrases import PhraseBook
from tanpan.phrases.world import World

BOOK = PhraseBook()


@BOOK.phrase("{who} grades project {project} as {grade}", "{who} 将项目 {project} 评为 {grade} 级")
def _grades(world: World, who: str, project: str, grade: str) -> None:
    world.attempt(who, "blue_carbon.grade_project", {"project": project, "grade": grade})
