import type { Area } from "../../router/area.ts";
import { ChannelPage } from "./channel.tsx";
import { ChannelsPage } from "./channels.tsx";
import { channelTexts } from "./texts.ts";

export const CHANNELS: Area = {
  group: "main",
  nav: [{ path: "channels", need: "management", label: () => channelTexts().title }],
  pages: [
    { path: "channels", need: "management", render: () => <ChannelsPage /> },
    { path: "channels/:name", need: "management", render: ({ name }) => <ChannelPage name={name} /> },
  ],
};
