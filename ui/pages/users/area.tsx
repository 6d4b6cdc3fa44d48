import type { Area } from "../../router/area.ts";
import { userTexts } from "./texts.ts";
import { UserPage } from "./user.tsx";
import { UsersPage } from "./users.tsx";

export const USERS: Area = {
  group: "admin",
  nav: [{ path: "users", need: "administrator", label: () => userTexts().title }],
  pages: [
    { path: "users", need: "administrator", render: () => <UsersPage /> },
    { path: "users/:name", need: "administrator", render: ({ name }) => <UserPage name={name} /> },
  ],
};
