import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Everyday uses of RabbitMQ's Java client; prints a line for each passed check. */
public class Client extends Checks {
  private static final int MESSAGES = 1000;

  public static void main(String[] arguments) throws Exception {
    check("publishes with confirms and consumes in order", Client::confirmsAndConsumes);
    check("gets an unroutable mandatory message back", Client::unroutableReturned);
    check("is refused another connection's exclusive queue", Client::exclusiveQueueLocked);
    check("routes by topic", Client::topicRouting);
    check("keeps a message's properties", Client::propertiesKept);
    check("sees rejected messages again, as redelivered", Client::redelivery);
    check("commits and rolls back a transaction", Client::transaction);
    check("is told that a consumer was cancelled by its queue's end", Client::consumerCancelled);
    Extensions.checkAll();
  }

  private static void confirmsAndConsumes(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel);
    channel.confirmSelect();
    for (int number = 0; number < MESSAGES; number++) {
      channel.basicPublish("", queue, MessageProperties.PERSISTENT_TEXT_PLAIN, ("message " + number).getBytes());
    }
    channel.waitForConfirmsOrDie(30_000);
    channel.basicQos(100);
    BlockingQueue<Delivery> deliveries = consume(channel, queue);
    for (int number = 0; number < MESSAGES; number++) {
      Delivery delivery = next(deliveries);
      expect("message " + number, delivery.body);
      channel.basicAck(delivery.envelope.getDeliveryTag(), false);
    }
  }

  private static void unroutableReturned(Connection connection, Channel channel) throws Exception {
    List<String> events = new ArrayList<>();
    channel.addReturnListener((code, text, exchange, key, properties, body) -> events.add(code + " " + text + " " + key));
    channel.confirmSelect();
    channel.basicPublish("", "nobody", true, MessageProperties.TEXT_PLAIN, "lost".getBytes());
    channel.waitForConfirmsOrDie(10_000);
    expect(List.of("312 NO_ROUTE nobody"), events);
  }

  private static void exclusiveQueueLocked(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel);
    try (Connection other = connect()) {
      other.createChannel().queueDeclarePassive(queue);
      throw new AssertionError("another connection saw the exclusive queue");
    } catch (IOException refused) {
      ShutdownSignalException signal = (ShutdownSignalException) refused.getCause();
      expect(405, ((AMQP.Channel.Close) signal.getReason()).getReplyCode());
    }
  }

  private static void topicRouting(Connection connection, Channel channel) throws Exception {
    String exchange = "interop.java.topic";
    channel.exchangeDeclare(exchange, BuiltinExchangeType.TOPIC, false, true, null);
    String queue = exclusiveQueue(channel);
    channel.queueBind(queue, exchange, "*.orange.*");
    channel.queueBind(queue, exchange, "lazy.#");
    for (String key : List.of("quick.orange.rabbit", "quick.brown.fox", "lazy.orange.elephant", "lazy", "orange")) {
      channel.basicPublish(exchange, key, null, key.getBytes());
    }
    BlockingQueue<Delivery> deliveries = consume(channel, queue);
    for (String key : List.of("quick.orange.rabbit", "lazy.orange.elephant", "lazy")) {
      expect(key, next(deliveries).envelope.getRoutingKey());
    }
    expect(0, channel.queueDeclarePassive(queue).getMessageCount());
  }

  private static void propertiesKept(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel);
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
        .contentType("text/plain").contentEncoding("utf-8").deliveryMode(2).priority(5).correlationId("c").replyTo("r")
        .messageId("m").timestamp(new java.util.Date(1_700_000_000_000L)).type("t").userId("guest").appId("a")
        .headers(Map.of("long", Long.MIN_VALUE, "list", List.of(1, 2), "table", Map.of("flag", true)))
        .build();
    channel.basicPublish("", queue, properties, new byte[0]);
    Delivery delivery = next(consume(channel, queue));
    // Texts in headers come back as LongString, which equals no String, so there are none here.
    expect(properties.getHeaders(), delivery.properties.getHeaders());
    expect(withoutHeaders(properties), withoutHeaders(delivery.properties));
    expect("", delivery.body);
  }

  private static String withoutHeaders(AMQP.BasicProperties properties) {
    return properties.builder().headers(null).build().toString();
  }

  private static void redelivery(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel);
    channel.basicPublish("", queue, null, "first".getBytes());
    channel.basicPublish("", queue, null, "second".getBytes());
    channel.basicQos(2);
    BlockingQueue<Delivery> deliveries = consume(channel, queue);
    expect(false, next(deliveries).envelope.isRedeliver());
    channel.basicNack(next(deliveries).envelope.getDeliveryTag(), true, true);
    for (String body : List.of("first", "second")) {
      Delivery again = next(deliveries);
      expect(body, again.body);
      expect(true, again.envelope.isRedeliver());
      channel.basicAck(again.envelope.getDeliveryTag(), false);
    }
  }

  private static void transaction(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel);
    channel.txSelect();
    channel.basicPublish("", queue, null, "rolled back".getBytes());
    channel.txRollback();
    channel.basicPublish("", queue, null, "committed".getBytes());
    expect(0, channel.queueDeclarePassive(queue).getMessageCount());
    channel.txCommit();
    expect("committed", new String(channel.basicGet(queue, true).getBody()));
  }

  private static void consumerCancelled(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel);
    BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    String tag = channel.basicConsume(queue, true, new DefaultConsumer(channel) {
      @Override
      public void handleCancel(String consumerTag) {
        cancelled.add(consumerTag);
      }
    });
    connection.createChannel().queueDelete(queue);
    expect(tag, cancelled.poll(10, TimeUnit.SECONDS));
  }
}
