import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newParameters } from "../policy/new_parameters.ts";
import { ConnectionError } from "../../../src/wire/error.ts";
import { Admission, NO_NODE_LIMITS, type NodeLimits } from "../../../src/broker/session/admission.ts";
import { userLimits, virtualHostLimits } from "../../../src/broker/policy/limits.ts";

function newAdmission(node: Partial<NodeLimits> = {}) {
  const parameters = newParameters();
  const [vhosts, users] = [virtualHostLimits(parameters), userLimits(parameters, () => true)];
  return { vhosts, users, admission: new Admission("a@b", { ...NO_NODE_LIMITS, ...node }, vhosts, users) };
}

const isRefusedWith = (text: string) => (error: unknown) =>
  error instanceof ConnectionError && error.replyText === `NOT_ALLOWED - ${text}`;

describe("connections", () => {
  it("of a virtual host are no more than its limit", () => {
    const { vhosts, admission } = newAdmission();
    vhosts.set("v", { "max-connections": 1 });
    admission.checkConnection("v", "u");
    admission.connectionOpened("v", "u");
    const reached = "access to vhost 'v' refused for user 'w': connection limit (1) is reached";
    assert.throws(() => admission.checkConnection("v", "w"), isRefusedWith(reached));
    admission.checkConnection("other", "w");
    admission.connectionClosed("v", "u");
    admission.checkConnection("v", "w");
  });

  it("of a user are no more than its limit", () => {
    const { users, admission } = newAdmission();
    users.set("u", { "max-connections": 1 });
    admission.connectionOpened("v", "u");
    const reached = "connection refused for user 'u': user connection limit (1) is reached";
    assert.throws(() => admission.checkConnection("other", "u"), isRefusedWith(reached));
    admission.checkConnection("v", "w");
  });

  it("are no more than the node's limit, which is checked first", () => {
    const { vhosts, admission } = newAdmission({ connectionMax: 1 });
    vhosts.set("v", { "max-connections": 0 });
    admission.connectionOpened("other", "u");
    const reached = "connection refused: node connection limit (1) is reached";
    assert.throws(() => admission.checkConnection("v", "u"), isRefusedWith(reached));
  });

  it("are refused with a limit of 0, and unlimited once a limit is cleared", () => {
    const { vhosts, admission } = newAdmission();
    vhosts.set("v", { "max-connections": 0 });
    assert.throws(() => admission.checkConnection("v", "u"), /connection limit \(0\) is reached/);
    vhosts.clear("v");
    admission.checkConnection("v", "u");
  });
});

describe("channels", () => {
  it("of all connections of a user are no more than its limit", () => {
    const { users, admission } = newAdmission();
    users.set("u", { "max-channels": 2 });
    admission.channelOpened("u");
    admission.checkChannel("u");
    admission.channelOpened("u");
    const reached = "number of channels opened for user 'u' has reached the maximum allowed user limit of 2";
    assert.throws(() => admission.checkChannel("u"), isRefusedWith(reached));
    admission.channelClosed("u");
    admission.checkChannel("u");
  });

  it("are no more than the node's limit", () => {
    const { admission } = newAdmission({ channelMaxPerNode: 1 });
    admission.channelOpened("u");
    const reached = "number of channels opened on node 'a@b' has reached the maximum allowed limit of 1";
    assert.throws(() => admission.checkChannel("other"), isRefusedWith(reached));
  });
});
