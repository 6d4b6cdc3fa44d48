/** What a program connects to, and what it sends. */
export interface Setting {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly vhost: string;
  /** Empty for the default exchange. */
  readonly exchange: string;
  readonly queue: string;
  readonly routingKey: string;
  readonly body: string;
}

export interface Programs {
  readonly producer: string;
  readonly consumer: string;
}

/** Stands in programs for the password, which is nobody's but the reader's. */
const PASSWORD = "PASSWORD";

/** Clients for which programs are written, with their names. */
export const CLIENTS = {
  pika: "Python (pika)",
  amqplib: "JavaScript (amqplib)",
  java: "Java (amqp-client)",
  go: "Go (amqp091-go)",
  dotnet: ".NET (RabbitMQ.Client)",
} as const;

export type ClientName = keyof typeof CLIENTS;

/** Writes a text as a literal: JSON's are understood by all of these languages. */
const literal = (text: string): string => JSON.stringify(text);

function urlOf({ host, port, user, vhost }: Setting): string {
  const place = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return literal(`amqp://${encodeURIComponent(user)}:${PASSWORD}@${place}:${port}/${encodeURIComponent(vhost)}`);
}

const WRITERS: Readonly<Record<ClientName, (setting: Setting) => Programs>> = { pika, amqplib, java, go, dotnet };

/** Writes a producer and a consumer for a client. */
export const writePrograms = (client: ClientName, setting: Setting): Programs => WRITERS[client](setting);

function pika(setting: Setting): Programs {
  const queue = literal(setting.queue);
  const opening = `import pika

connection = pika.BlockingConnection(pika.URLParameters(${urlOf(setting)}))
channel = connection.channel()
`;
  return {
    producer: `${opening}channel.confirm_delivery()
channel.basic_publish(
    exchange=${literal(setting.exchange)},
    routing_key=${literal(setting.routingKey)},
    body=${literal(setting.body)}.encode(),
    properties=pika.BasicProperties(delivery_mode=2),
    mandatory=True,
)
connection.close()
`,
    consumer: `${opening}channel.basic_qos(prefetch_count=100)


def on_message(channel, method, properties, body):
    print(body)
    channel.basic_ack(method.delivery_tag)


channel.basic_consume(${queue}, on_message)
channel.start_consuming()
`,
  };
}

function amqplib(setting: Setting): Programs {
  const opening = `import amqp from "amqplib";

const connection = await amqp.connect(${urlOf(setting)});
`;
  return {
    producer: `${opening}const channel = await connection.createConfirmChannel();
channel.publish(${literal(setting.exchange)}, ${literal(setting.routingKey)}, Buffer.from(${
      literal(setting.body)
    }), { persistent: true });
await channel.waitForConfirms();
await connection.close();
`,
    consumer: `${opening}const channel = await connection.createChannel();
await channel.prefetch(100);
await channel.consume(${literal(setting.queue)}, (message) => {
  if (message === null) return; // The queue was deleted.
  console.log(message.content.toString());
  channel.ack(message);
});
`,
  };
}

function java(setting: Setting): Programs {
  const connecting = `ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(${urlOf(setting)});`;
  return {
    producer: `import com.rabbitmq.client.*;
import java.nio.charset.StandardCharsets;

public class Producer {
    public static void main(String[] args) throws Exception {
        ${connecting}
        try (Connection connection = factory.newConnection(); Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            channel.basicPublish(${literal(setting.exchange)}, ${literal(setting.routingKey)},
                    MessageProperties.PERSISTENT_TEXT_PLAIN, ${literal(setting.body)}.getBytes(StandardCharsets.UTF_8));
            channel.waitForConfirmsOrDie(5_000);
        }
    }
}
`,
    consumer: `import com.rabbitmq.client.*;
import java.nio.charset.StandardCharsets;

public class Consumer {
    public static void main(String[] args) throws Exception {
        ${connecting}
        Channel channel = factory.newConnection().createChannel();
        channel.basicQos(100);
        channel.basicConsume(${literal(setting.queue)}, false, (tag, delivery) -> {
            System.out.println(new String(delivery.getBody(), StandardCharsets.UTF_8));
            channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
        }, tag -> {});
    }
}
`,
  };
}

function go(setting: Setting): Programs {
  const opening = (imports: readonly string[]) =>
    `package main

import (
${imports.map((name) => `\t"${name}"\n`).join("")}
	amqp "github.com/rabbitmq/amqp091-go"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	connection, err := amqp.Dial(${urlOf(setting)})
	check(err)
	defer connection.Close()
	channel, err := connection.Channel()
	check(err)
`;
  return {
    producer: `${opening(["context", "log"])}	check(channel.Confirm(false))
	confirmation, err := channel.PublishWithDeferredConfirmWithContext(context.Background(),
		${literal(setting.exchange)}, ${literal(setting.routingKey)}, false, false, amqp.Publishing{
			DeliveryMode: amqp.Persistent,
			Body:         []byte(${literal(setting.body)}),
		})
	check(err)
	if !confirmation.Wait() {
		log.Fatal("the broker refused the message")
	}
}
`,
    consumer: `${opening(["log"])}	check(channel.Qos(100, 0, false))
	deliveries, err := channel.Consume(${literal(setting.queue)}, "", false, false, false, false, nil)
	check(err)
	for delivery := range deliveries {
		log.Printf("%s", delivery.Body)
		check(delivery.Ack(false))
	}
}
`,
  };
}

function dotnet(setting: Setting): Programs {
  const opening = (rest: string) =>
    `using System.Text;
using RabbitMQ.Client;
${rest}
var factory = new ConnectionFactory { Uri = new Uri(${urlOf(setting)}) };
await using var connection = await factory.CreateConnectionAsync();
`;
  return {
    producer: `${
      opening("")
    }await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
// It is awaited until the broker confirms the message.
await channel.BasicPublishAsync(${literal(setting.exchange)}, ${literal(setting.routingKey)}, mandatory: true,
    new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(${literal(setting.body)}));
`,
    consumer: `${
      opening("using RabbitMQ.Client.Events;\n")
    }await using var channel = await connection.CreateChannelAsync();
await channel.BasicQosAsync(0, 100, false);
var consumer = new AsyncEventingBasicConsumer(channel);
consumer.ReceivedAsync += async (_, delivery) =>
{
    Console.WriteLine(Encoding.UTF8.GetString(delivery.Body.Span));
    await channel.BasicAckAsync(delivery.DeliveryTag, false);
};
await channel.BasicConsumeAsync(${literal(setting.queue)}, false, consumer);
Console.ReadLine();
`,
  };
}
