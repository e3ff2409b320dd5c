"""Halden Works, the demo company: a maker of bicycle parts, its people and teams."""

from dataclasses import dataclass

from deploy.demo.courses import KeyResultPlan


@dataclass(frozen=True)
class Member:
    key: str
    name: str
    team: str
    role: str
    department: str
    level: str


@dataclass(frozen=True)
class TeamPlan:
    key: str
    name: str
    kind: str
    parent: str | None = None


@dataclass(frozen=True)
class ObjectivePlan:
    key: str
    team: str
    owner: str
    title: str
    ambition: str
    key_results: tuple[KeyResultPlan, ...]
    supports: str | None = None
    principle: str | None = None


NAME = "Halden Works"

TEAMS = (
    TeamPlan("company", "Halden Works", "company"),
    TeamPlan("operations", "Operations", "department", "company"),
    TeamPlan("customers", "Customers", "department", "company"),
    TeamPlan("fulfilment", "Fulfilment", "team", "operations"),
    TeamPlan("assembly", "Assembly", "team", "operations"),
    TeamPlan("care", "Customer Service", "team", "customers"),
    TeamPlan("shop", "Web Shop", "team", "customers"),
    TeamPlan("flow", "Flow Guild", "lean", "company"),
)

PEOPLE = (
    Member("ines", "Inés Valdivia", "company", "lead", "Management", "executive"),
    Member("tomas", "Tomáš Král", "operations", "lead", "Operations", "manager"),
    Member("amina", "Amina Ndiaye", "customers", "lead", "Customers", "manager"),
    Member("mira", "Mira Rautio", "fulfilment", "lead", "Operations", "lead"),
    Member("jonas", "Jonas Oduya", "fulfilment", "member", "Operations", "staff"),
    Member("lena", "Lena Brandt", "assembly", "lead", "Operations", "lead"),
    Member("kenji", "Kenji Tanaka", "assembly", "member", "Operations", "staff"),
    Member("sofia", "Sofia Young", "care", "lead", "Customers", "lead"),
    Member("pavel", "Pavel Iliev", "care", "member", "Customers", "staff"),
    Member("nora", "Nora Haddad", "shop", "lead", "Customers", "lead"),
    Member("ravi", "Ravi Menon", "shop", "member", "Customers", "staff"),
    Member("greta", "Greta Holm", "flow", "lead", "Lean Office", "coach"),
)

ALSO_MEMBERS = (
    Member("lena", "", "flow", "member", "Operations", "lead"),
    Member("pavel", "", "flow", "member", "Customers", "staff"),
    Member("tomas", "", "flow", "member", "Operations", "manager"),
)
