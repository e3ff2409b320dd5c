"""A draft of the directory: names and addresses that are to be written together later, or never."""

from collections.abc import Iterable, Mapping

from journal.directory import Directory, EmailTaken, Person, email_key


class DirectoryDraft(Directory):
    """For one thread at a time. Keys and whatever else is not overridden are the directory's own.

    ``put`` writes what was changed, ``take_back`` what was there before it.
    """

    def __init__(self, directory: Directory) -> None:
        self.__dict__ |= vars(directory)
        self._directory = directory
        self._now: dict[str, Person | None] = {}
        self._before: dict[str, Person | None] = {}

    def put_person(self, person_id: str, name: str, email: str | None = None) -> None:
        """Adds a person or changes name and address. Raises EmailTaken."""
        holder = self.find_person(email) if email else None
        if holder is not None and holder.id != person_id:
            raise EmailTaken(f"another person has the address {email}")
        self._change(person_id, Person(person_id, name, email))

    def change_person(
        self, person_id: str, changes: Mapping[str, str | None], claim: str | None = None
    ) -> None:
        """Changes name or address of a person, or both. Raises EmailTaken."""
        if claim is not None:
            self._change(claim, None)
        known = self.people([person_id]).get(person_id) or Person(person_id, "", None)
        name, email = changes.get("name", known.name), changes.get("email", known.email)
        self.put_person(person_id, name or "", email)

    def people(self, ids: Iterable[str] | None = None) -> dict[str, Person]:
        """Everybody, or those of ``ids`` that are known, by id, in order of name."""
        wanted = None if ids is None else set(ids)
        found: dict[str, Person | None] = {**self._directory.people(wanted)}
        found |= {id_: one for id_, one in self._now.items() if wanted is None or id_ in wanted}
        known = [each for each in found.values() if each is not None]
        return {each.id: each for each in sorted(known, key=lambda each: (each.name, each.id))}

    def find_person(self, email: str) -> Person | None:
        """The person with this address, in upper or lower case."""
        key = email_key(email)
        for each in self._now.values():
            if each is not None and email_key(each.email) == key:
                return each
        found = self._directory.find_person(email)
        return None if found is not None and found.id in self._now else found

    def remove_person(self, person_id: str) -> None:
        """Forgets name and address."""
        self._change(person_id, None)

    def close(self) -> None:
        """A draft has nothing of its own to close."""

    # --- together ------------------------------------------------------------------------------

    def put(self) -> None:
        """Writes what was changed here; all of it or nothing.

        Raises:
            EmailTaken: somebody else was faster.
        """
        self._before = dict.fromkeys(self._now) | {**self._directory.people(self._now)}
        try:
            for person_id, person in self._now.items():
                self._write_one(person_id, person)
        except EmailTaken:
            self.take_back()
            raise

    def take_back(self) -> None:
        """Writes what was there before ``put``."""
        for person_id, person in reversed(self._before.items()):
            self._write_one(person_id, person)

    def _change(self, person_id: str, person: Person | None) -> None:
        self._now.pop(person_id, None)  # the last change counts: an address is free before that
        self._now[person_id] = person

    def _write_one(self, person_id: str, person: Person | None) -> None:
        if person is None:
            self._directory.remove_person(person_id)
        else:
            self._directory.put_person(person_id, person.name, person.email)
