import { preconditionFailed } from "../../wire/error.ts";
import type { Binding } from "./binding.ts";
import { parseSelector, type Selector } from "./jms_selector.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { BindingRequest, ExchangeType, Match, Router } from "./router.ts";

const SELECTOR = "rjms_erlang_selector";

/** Returns the selector of a binding. Throws PRECONDITION_FAILED when it is missing or invalid. */
function selectorOf({ source, destination, arguments: bindingArguments }: BindingRequest): Selector {
  const argument = bindingArguments.get(SELECTOR);
  if (argument?.type !== "S" || typeof argument.value !== "string") {
    throw preconditionFailed(
      `cannot parse selector 'error' binding destination '${destination.name}' to exchange '${source.name}'`,
    );
  }
  try {
    return parseSelector(argument.value);
  } catch (error) {
    if (error instanceof SyntaxError) throw preconditionFailed(`invalid JMS selector: ${error.message}`);
    throw error;
  }
}

/**
 * RabbitMQ: JMS Topic Exchange. Each binding has a selector over the message's headers. Keys are ignored: RabbitMQ's
 * JMS client binds such an exchange to a topic exchange, by the topic.
 */
class JmsTopicRouter implements Router {
  readonly dependsOnMessage = true;
  readonly #bindings = new Map<Binding, Selector>();

  add(binding: Binding): void {
    this.#bindings.set(binding, selectorOf(binding));
  }

  remove(binding: Binding): void {
    this.#bindings.delete(binding);
  }

  route({ headers }: RoutedMessage, match: Match): void {
    for (const [binding, isWanted] of this.#bindings) {
      if (isWanted(headers)) match(binding.destination);
    }
  }
}

export const jmsTopic: ExchangeType = { checkBinding: selectorOf, createRouter: () => new JmsTopicRouter() };
