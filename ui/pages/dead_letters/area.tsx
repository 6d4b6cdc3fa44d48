import type { Area } from "../../router/area.ts";
import { DeadLettersPage } from "./dead_letters.tsx";
import { DeadLetterQueuePage } from "./dead_letter_queue.tsx";
import { deadLetterTexts } from "./texts.ts";

export const DEAD_LETTERS: Area = {
  group: "tools",
  nav: [{ path: "dead-letters", need: "management", label: () => deadLetterTexts().title }],
  pages: [
    { path: "dead-letters", need: "management", render: () => <DeadLettersPage /> },
    {
      path: "dead-letters/:vhost/:name",
      need: "management",
      render: ({ vhost, name }) => <DeadLetterQueuePage key={`${vhost} ${name}`} vhost={vhost} name={name} />,
    },
  ],
};
