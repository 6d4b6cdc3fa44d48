import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Base class of all checks. */
class Checks {
  interface Check {
    void run(Connection connection, Channel channel) throws Exception;
  }

  /** A delivery, as text. */
  static class Delivery {
    final Envelope envelope;
    final AMQP.BasicProperties properties;
    final String body;

    Delivery(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      this.envelope = envelope;
      this.properties = properties;
      this.body = new String(body);
    }
  }

  /** Runs a check on a connection of its own, and prints a line when it has passed. */
  static void check(String name, Check check) throws Exception {
    try (Connection connection = connect()) {
      check.run(connection, connection.createChannel());
    }
    System.out.println("ok " + name);
  }

  static Connection connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(System.getenv("AMQP_URL"));
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  static void expect(Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError("expected " + expected + ", got " + actual);
    }
  }

  static String exclusiveQueue(Channel channel) throws IOException {
    return exclusiveQueue(channel, Map.of());
  }

  static String exclusiveQueue(Channel channel, Map<String, Object> queueArguments) throws IOException {
    return channel.queueDeclare("", false, true, true, queueArguments).getQueue();
  }

  static BlockingQueue<Delivery> consume(Channel channel, String queue) throws IOException {
    return consume(channel, queue, "", false, Map.of());
  }

  static BlockingQueue<Delivery> consume(
      Channel channel, String queue, String tag, boolean autoAck, Map<String, Object> consumerArguments)
      throws IOException {
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    channel.basicConsume(queue, autoAck, tag, false, false, consumerArguments, new DefaultConsumer(channel) {
      @Override
      public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        deliveries.add(new Delivery(envelope, properties, body));
      }
    });
    return deliveries;
  }

  static Delivery next(BlockingQueue<Delivery> deliveries) throws InterruptedException {
    Delivery delivery = deliveries.poll(10, TimeUnit.SECONDS);
    if (delivery == null) {
      throw new AssertionError("nothing was delivered within 10 seconds");
    }
    return delivery;
  }
}
