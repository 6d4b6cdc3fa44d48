"""Tutorial six: answers requests for Fibonacci numbers."""

import os

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost")))
channel = connection.channel()


def fibonacci(n):
    current, following = 0, 1
    for _ in range(n):
        current, following = following, current + following
    return current


def answer(_channel, method, properties, body):
    n = int(body)
    print(f" [.] fib({n})")
    channel.basic_publish(
        exchange="",
        routing_key=properties.reply_to,
        body=str(fibonacci(n)),
        properties=pika.BasicProperties(correlation_id=properties.correlation_id),
    )
    channel.basic_ack(method.delivery_tag)


channel.queue_declare("rpc_queue", durable=True, arguments={"x-queue-type": "quorum"})
channel.basic_qos(prefetch_count=1)
channel.basic_consume("rpc_queue", answer)
print(" [x] Awaiting RPC requests")

try:
    channel.start_consuming()
except KeyboardInterrupt:
    print("Interrupted")
    connection.close()
