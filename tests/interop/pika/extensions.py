"""RabbitMQ's extensions to AMQP, used by a Python program; prints a line for each passed check."""

import os
import time
import uuid

import pika

PARAMETERS = pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost"))


def expect(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def exclusive_queue(channel, **arguments):
    return channel.queue_declare("", exclusive=True, arguments=with_dashes(arguments)).method.queue


def with_dashes(arguments):
    return {name.replace("_", "-"): value for name, value in arguments.items()}


def dead_letters_to(queue):
    return {"x_dead_letter_exchange": "", "x_dead_letter_routing_key": queue}


def deliveries(channel, queue, count, **options):
    """Returns `count` deliveries of a queue, acknowledged; fails after ten seconds without one."""
    found = []
    for method, properties, body in channel.consume(queue, inactivity_timeout=10, **options):
        if method is None:
            raise AssertionError("nothing was delivered within 10 seconds")
        found.append((properties, body))
        channel.basic_ack(method.delivery_tag)
        if len(found) == count:
            break
    channel.cancel()
    return found


def expired(channel):
    graveyard = exclusive_queue(channel)
    queue = exclusive_queue(channel, x_message_ttl=20, **dead_letters_to(graveyard))
    channel.basic_publish("", queue, b"late")
    [(properties, body)] = deliveries(channel, graveyard, 1)
    [death] = properties.headers["x-death"]
    expect(b"late", body)
    expect(
        {"reason": "expired", "queue": queue, "exchange": "", "routing-keys": [queue], "count": 1},
        {key: value for key, value in death.items() if key != "time"},
    )
    expect("expired", properties.headers["x-first-death-reason"])


def rejected(channel):
    graveyard = exclusive_queue(channel)
    queue = exclusive_queue(channel, **dead_letters_to(graveyard))
    channel.basic_publish("", queue, b"unwanted")
    method, _, _ = channel.basic_get(queue)
    channel.basic_reject(method.delivery_tag, requeue=False)
    [(properties, _)] = deliveries(channel, graveyard, 1)
    expect("rejected", properties.headers["x-death"][0]["reason"])


def priorities(channel):
    queue = exclusive_queue(channel, x_max_priority=5)
    for priority in (1, 3, 5, 3):
        channel.basic_publish("", queue, b"of %d" % priority, pika.BasicProperties(priority=priority))
    expect([b"of 5", b"of 3", b"of 3", b"of 1"], [body for _, body in deliveries(channel, queue, 4)])


def single_active_consumer(channel):
    queue = exclusive_queue(channel, x_single_active_consumer=True)
    got = []

    def receiver(name):
        return lambda _channel, _method, _properties, body: got.append((name, body))

    def expect_next(name, body):
        channel.basic_publish("", queue, body)
        deadline = time.monotonic() + 10
        while not got and time.monotonic() < deadline:
            channel.connection.process_data_events(time_limit=1)
        expect([(name, body)], got)
        got.clear()

    first = channel.basic_consume(queue, receiver("first"), auto_ack=True)
    channel.basic_consume(queue, receiver("second"), auto_ack=True)
    expect_next("first", b"a")
    expect_next("first", b"b")
    channel.basic_cancel(first)
    expect_next("second", b"c")


def stream(channel):
    name = f"interop.pika.stream.{uuid.uuid4()}"
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": "stream"})
    try:
        channel.confirm_delivery()
        for number in range(10):
            channel.basic_publish("", name, b"%d" % number)
        channel.basic_qos(prefetch_count=100)
        for offset, start in (("first", 0), (5, 5)):
            found = deliveries(channel, name, 10 - start, arguments={"x-stream-offset": offset})
            expect([b"%d" % number for number in range(start, 10)], [body for _, body in found])
            expect(list(range(start, 10)), [properties.headers["x-stream-offset"] for properties, _ in found])
    finally:
        channel.queue_delete(name)


CHECKS = {
    "reads in x-death that a message expired": expired,
    "finds what it rejected behind the dead letter exchange": rejected,
    "gets messages of a higher priority first": priorities,
    "takes over from a single active consumer": single_active_consumer,
    "reads a stream from its beginning, and from an offset": stream,
}

for name, check in CHECKS.items():
    connection = pika.BlockingConnection(PARAMETERS)
    check(connection.channel())
    connection.close()
    print(f"ok {name}")
