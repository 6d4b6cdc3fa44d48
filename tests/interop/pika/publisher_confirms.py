"""Tutorial seven: publishes with confirms in three ways: waiting for each message, for each batch, and for none until the end."""

import os
import time

import pika

MESSAGES = 5_000
PARAMETERS = pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost"))


def publish_individually():
    connection = pika.BlockingConnection(PARAMETERS)
    channel = connection.channel()
    channel.confirm_delivery()
    queue = channel.queue_declare("", exclusive=True).method.queue
    for number in range(MESSAGES):
        channel.basic_publish(exchange="", routing_key=queue, body=str(number), mandatory=True)
    waiting = channel.queue_declare(queue, passive=True).method.message_count
    connection.close()
    return waiting


class Publisher:
    """Publishes a batch, waits until the broker has confirmed all of it, and goes on to the next."""

    def __init__(self, batch_size):
        self.batch_size = batch_size
        self.published = 0
        self.unconfirmed = set()
        self.waiting = None
        self.connection = pika.SelectConnection(PARAMETERS, on_open_callback=self.open_channel)

    def run(self):
        self.connection.ioloop.start()
        return self.waiting

    def open_channel(self, connection):
        connection.add_on_close_callback(lambda *_: connection.ioloop.stop())
        connection.channel(on_open_callback=self.declare_queue)

    def declare_queue(self, channel):
        self.channel = channel
        channel.queue_declare("", exclusive=True, callback=self.select_confirms)

    def select_confirms(self, declared):
        self.queue = declared.method.queue
        self.channel.confirm_delivery(ack_nack_callback=self.confirm, callback=lambda _: self.publish_batch())

    def publish_batch(self):
        for _ in range(self.batch_size):
            self.published += 1
            self.unconfirmed.add(self.published)
            self.channel.basic_publish(exchange="", routing_key=self.queue, body=str(self.published))

    def confirm(self, frame):
        assert isinstance(frame.method, pika.spec.Basic.Ack), f"a message was not accepted: {frame}"
        tag = frame.method.delivery_tag
        confirmed = {earlier for earlier in self.unconfirmed if earlier <= tag} if frame.method.multiple else {tag}
        assert confirmed <= self.unconfirmed, f"confirmed twice, or never published: {confirmed - self.unconfirmed}"
        self.unconfirmed -= confirmed
        if not self.unconfirmed:
            if self.published < MESSAGES:
                self.publish_batch()
            else:
                self.channel.queue_declare(self.queue, passive=True, callback=self.finish)

    def finish(self, declared):
        self.waiting = declared.method.message_count
        self.connection.close()


for manner, publish in {
    "individually": publish_individually,
    "in batches": Publisher(batch_size=100).run,
    "asynchronously": Publisher(batch_size=MESSAGES).run,
}.items():
    started = time.monotonic()
    waiting = publish()
    assert waiting == MESSAGES, f"{waiting} of {MESSAGES} messages wait in the queue after the last confirm"
    print(f" [x] Published {MESSAGES:,} messages {manner} in {time.monotonic() - started:.2f} seconds")
