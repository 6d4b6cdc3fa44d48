import type { Difference } from "../difference.ts";
import type { Explanation } from "../explanations.ts";

const wasRefused = ({ received }: Difference): boolean => /^400 .*\bthan 255 bytes/.test(String(received));

/** Names in paths and bodies. */
const NAMES: readonly Explanation[] = [
  {
    request: / (PUT|POST) /,
    path: /^status$/,
    where: wasRefused,
    reason:
      "A name or routing key of AMQP has 255 bytes at most. RabbitMQ takes longer ones by HTTP, which no client can then use",
  },
  {
    request: /x…×256|(GET|POST) (\/topic-permissions\/odd\/guest|\/bindings\/odd\/e\/keys\/q\/plain)$/,
    path: /^(status|body\.\[.*x…×256.*\])$/,
    where: ({ expected, received }) =>
      /404|undefined/.test(String(received)) && /20[014]|x…×256/.test(JSON.stringify(expected)),
    reason: "What has too long a name is not there, since it was refused",
  },
  {
    request: /(GET|PUT|DELETE) \/topic-permissions\/odd\/guest/,
    path: /^(status|body\..*)$/,
    isAs310: true,
    reason: "Topic permissions may be given before the exchange is there, as definitions do",
  },
  {
    request: /POST \/bindings\/odd\/e\/(.*%20.*|it's|\*)\/q\/plain$/,
    path: /^location$/,
    reason: "RabbitMQ repeats a part of the path that it would write otherwise; both lead to the binding",
  },
  {
    request: /GET \/queues\/odd\/amq\.default\/bindings$/,
    path: /^body\./,
    reason: "RabbitMQ takes the name of the default exchange for an empty one even where a queue is named",
  },
  {
    request: /GET \/global-parameters\/(null|true)\?/,
    path: /^body\.name$/,
    reason: "A name is a text, even where it is a word of Erlang",
  },
  {
    request: /(GET|DELETE) \/bindings\/odd\/e\/keys\/q\/plain\/null$/,
    path: /^status$/,
    reason: "RabbitMQ does not find a binding whose routing key is null, which is a word of Erlang",
  },
  {
    request: /(PUT|GET|DELETE) \/queues\/odd\/a?(["<\\^|`{]|Ã)/,
    path: /^status$/,
    where: ({ expected }) => /^400 /.test(String(expected)),
    reason: "RabbitMQ refuses characters in a path that a client must encode; HareMQ takes them for what they are",
  },
];

/** What a query asks for. */
const QUERIES: readonly Explanation[] = [
  {
    request: /[?&](name|sort_reverse)$/,
    path: /^status$/,
    reason: "A parameter without a value is an empty one",
  },
  {
    request: /&name=(%C3%A4|%C3%84|i)$/,
    path: /^body\./,
    reason: "HareMQ ignores case in all alphabets, RabbitMQ in that of English",
  },
  {
    request: /&name=(%5E\.%24|%5B%C3%A4%5D|%5Cx%7B65e5%7D)&use_regex=true$/,
    path: /^(status|body\..*)$/,
    reason: "A pattern matches characters, in RabbitMQ bytes",
  },
  {
    request: /&name=%5Cp%7BL%7D&use_regex=true$/,
    path: /^body\./,
    reason: "Patterns match in linear time, and have no classes of Unicode",
  },
  {
    request: /[?&](sort|columns)=(\.+|(name|arguments\.x-max-length)\.deeper)$/,
    path: /^status$/,
    where: ({ expected }) => /^500 /.test(String(expected)),
    reason: "RabbitMQ crashes",
  },
  {
    request: /[?&]columns=/,
    path: /^body(\.items\.\[\d+\])?$/,
    where: ({ expected, received }) => JSON.stringify([expected, received]) === "[[],{}]",
    reason: "RabbitMQ writes an object without fields as an empty list",
  },
  {
    request: /[?&]columns=arguments\.[\w-]+$/,
    path: /\.items\.\[\d+\]\./,
    reason: "RabbitMQ shows all arguments when one is asked for",
  },
  {
    request: /&sort=arguments$/,
    path: /^body\./,
    reason: "RabbitMQ compares the Erlang terms of arguments",
  },
];

export const ODD_NAMES_EXPLANATIONS: readonly Explanation[] = [...NAMES, ...QUERIES];
