"""People: accounts, their profiles, the devices they are signed in on, and the tokens they made."""

from sqlmodel import Field, SQLModel

from app.http.viewer import Role
from app.ids import new_id, new_public_id


class User(SQLModel, table=True):
    __tablename__ = "users"

    id: str = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    name: str  # as typed; signs in with it
    folded: str = Field(unique=True)  # the name as it is compared: NFKC, case folded
    display_name: str = ""
    role: str = Role.MEMBER
    password_hash: str = ""
    password_changed_at: str = ""
    disabled: bool = False
    created_at: str


class Profile(SQLModel, table=True):
    """Who is watching. History, positions and preferences hang on this, never on the account. One each, for now."""

    __tablename__ = "profiles"

    id: str = Field(default_factory=new_id, primary_key=True)
    user_id: str = Field(index=True, foreign_key="users.id")
    name: str
    theme: str = ""
    created_at: str


class SignIn(SQLModel, table=True):
    """A device that is signed in. The cookie holds a random token; only its SHA-256 is kept (SECURITY AU-2)."""

    __tablename__ = "sessions"

    id: str = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(unique=True)
    user_id: str = Field(index=True, foreign_key="users.id")
    profile_id: str = Field(foreign_key="profiles.id")
    device: str = ""
    created_at: str
    seen_at: str
    expires_at: str


class ApiToken(SQLModel, table=True):
    __tablename__ = "api_tokens"

    id: str = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    user_id: str = Field(index=True, foreign_key="users.id")
    name: str
    token_hash: str = Field(unique=True)
    scopes: str  # comma-separated, sorted
    created_at: str
    seen_at: str = ""
    expires_at: str = ""
