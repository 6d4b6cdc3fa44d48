"""Tutorial six: asks for a Fibonacci number, and waits for the answer that carries the request's correlation id."""

import os
import sys
import uuid

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()

n = int(sys.argv[1]) if len(sys.argv) > 1 else 30
request = str(uuid.uuid4())
replies = channel.queue_declare("", exclusive=True).method.queue

print(f" [x] Requesting fib({n})")
channel.basic_publish(
    exchange="",
    routing_key="rpc_queue",
    body=str(n),
    properties=pika.BasicProperties(reply_to=replies, correlation_id=request),
)
for _method, properties, body in channel.consume(replies, auto_ack=True):
    if properties.correlation_id == request:
        print(f" [.] Got {body.decode()}")
        break

connection.close()
