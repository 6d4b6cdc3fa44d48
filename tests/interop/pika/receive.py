"""Tutorial one: prints the messages of the queue "hello" until it is interrupted."""

import os

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()


def receive(_channel, _method, _properties, body):
    print(f" [x] Received {body.decode()}")


channel.queue_declare("hello", durable=True, arguments={"x-queue-type": "quorum"})
channel.basic_consume("hello", receive, auto_ack=True)
print(" [*] Waiting for messages. To exit press CTRL+C")

try:
    channel.start_consuming()
except KeyboardInterrupt:
    print("Interrupted")
    connection.close()
