import type { Area } from "../../router/area.ts";
import { QueuePage } from "./queue.tsx";
import { QueuesPage } from "./queues.tsx";
import { queueTexts } from "./texts.ts";

export const QUEUES: Area = {
  group: "main",
  nav: [{ path: "queues", need: "management", label: () => queueTexts().title }],
  pages: [
    { path: "queues", need: "management", render: () => <QueuesPage /> },
    {
      path: "queues/:vhost/:name",
      need: "management",
      render: ({ vhost, name }) => <QueuePage vhost={vhost} name={name} />,
    },
  ],
};
