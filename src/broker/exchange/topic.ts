import type { Binding } from "./binding.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { ExchangeType, Match, Router } from "./router.ts";

/** A node of the tree of binding keys: the bindings whose keys share their first words. */
class TrieNode {
  /** By the next word, which may be `*` or `#`. */
  readonly children = new Map<string, TrieNode>();
  /** Bindings whose key ends here. */
  readonly bindings = new Set<Binding>();
  /** True when the last word of the key so far is `#`. */
  readonly isHash: boolean;

  constructor(isHash: boolean) {
    this.isHash = isHash;
  }

  get isEmpty(): boolean {
    return this.children.size === 0 && this.bindings.size === 0;
  }
}

const NO_WORDS: readonly string[] = [];
const words = (key: string): readonly string[] => key === "" ? NO_WORDS : key.split(".");

/**
 * AMQP 0-9-1 §3.1.3.3: keys are words between dots; in a binding key `*` stands for one word and `#` for any number.
 * Routing walks down the tree of binding keys and visits only those that share a beginning with the routing key.
 */
export class TopicRouter implements Router {
  readonly dependsOnMessage = false;
  /** Number of nodes that routing has visited. */
  visitedCount = 0;
  readonly #root = new TrieNode(false);

  add(binding: Binding): void {
    let node = this.#root;
    for (const word of words(binding.routingKey)) {
      let child = node.children.get(word);
      if (child === undefined) node.children.set(word, child = new TrieNode(word === "#"));
      node = child;
    }
    node.bindings.add(binding);
  }

  remove(binding: Binding): void {
    const path: [parent: TrieNode, word: string, child: TrieNode][] = [];
    let node = this.#root;
    for (const word of words(binding.routingKey)) {
      const child = node.children.get(word);
      if (child === undefined) return;
      path.push([node, word, child]);
      node = child;
    }
    node.bindings.delete(binding);
    for (const [parent, word, child] of path.reverse()) {
      if (!child.isEmpty) return;
      parent.children.delete(word);
    }
  }

  route({ routingKeys }: RoutedMessage, match: Match): void {
    for (const key of routingKeys) this.#route(key, match);
  }

  #route(routingKey: string, match: Match): void {
    const keyWords = words(routingKey);
    // Nodes reached by the words so far. A set, so that keys with many `#` cost nodes times words, instead of every way
    // in which they could match.
    let reached = new Set<TrieNode>();
    reach(this.#root, reached);
    this.visitedCount += reached.size;
    for (const word of keyWords) {
      const next = new Set<TrieNode>();
      for (const node of reached) {
        const literal = word === "*" || word === "#" ? undefined : node.children.get(word);
        if (literal !== undefined) reach(literal, next);
        const star = node.children.get("*");
        if (star !== undefined) reach(star, next);
        // `#` matches this word too.
        if (node.isHash) reach(node, next);
      }
      reached = next;
      this.visitedCount += reached.size;
      if (reached.size === 0) return;
    }
    for (const node of reached) {
      for (const binding of node.bindings) match(binding.destination);
    }
  }
}

/** Adds a node, and the one behind it that `#` leads to, as `#` also matches no word at all. */
function reach(node: TrieNode, reached: Set<TrieNode>): void {
  reached.add(node);
  const hash = node.children.get("#");
  if (hash !== undefined) reach(hash, reached);
}

export const topic: ExchangeType = {
  createRouter: () => new TopicRouter(),
};
