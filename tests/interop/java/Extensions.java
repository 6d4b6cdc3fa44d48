import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;

/** RabbitMQ's extensions to AMQP, used by a Java application. */
class Extensions extends Checks {
  static void checkAll() throws Exception {
    check("reads in x-death why a message died", Extensions::expired);
    check("is told with nacks what a full queue refuses", Extensions::refused);
    check("gets messages of a higher priority first", Extensions::priorities);
    check("has its consumer of a higher priority served first", Extensions::consumerPriorities);
    check("takes over from a single active consumer", Extensions::singleActiveConsumer);
    check("finds unroutable messages behind an alternate exchange", Extensions::alternateExchange);
    check("sends copies by CC and, unseen, by BCC", Extensions::carbonCopies);
    check("fails with a message of a quorum queue until its limit", Extensions::deliveryLimit);
    check("reads a stream from its beginning, and from an offset", Extensions::stream);
    check("asks and is answered by direct reply-to", Extensions::directReplyTo);
  }

  private static String unique(String stem) {
    return "interop.java." + stem + "." + UUID.randomUUID();
  }

  private static AMQP.BasicProperties withHeaders(Map<String, Object> headers) {
    return new AMQP.BasicProperties.Builder().headers(headers).build();
  }

  /** Returns the arguments of a queue whose dead letters go to another one. */
  private static Map<String, Object> deadLettersTo(String queue) {
    return Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", queue);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> onlyDeath(AMQP.BasicProperties properties) {
    List<Map<String, Object>> deaths = (List<Map<String, Object>>) properties.getHeaders().get("x-death");
    expect(1, deaths.size());
    return deaths.get(0);
  }

  private static void expired(Connection connection, Channel channel) throws Exception {
    String graveyard = exclusiveQueue(channel);
    String queue = exclusiveQueue(channel, deadLettersTo(graveyard));
    BlockingQueue<Delivery> dead = consume(channel, graveyard);
    channel.basicPublish("", queue, new AMQP.BasicProperties.Builder().expiration("20").build(), "late".getBytes());
    Delivery delivery = next(dead);
    Map<String, Object> death = onlyDeath(delivery.properties);
    expect("late", delivery.body);
    expect(null, delivery.properties.getExpiration());
    expect("expired", death.get("reason").toString());
    expect(queue, death.get("queue").toString());
    expect("", death.get("exchange").toString());
    expect(queue, ((List<?>) death.get("routing-keys")).get(0).toString());
    expect("20", death.get("original-expiration").toString());
    expect(1L, death.get("count"));
    expect(java.util.Date.class, death.get("time").getClass());
    expect(queue, delivery.properties.getHeaders().get("x-first-death-queue").toString());
  }

  private static void refused(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel, Map.of("x-max-length", 2, "x-overflow", "reject-publish"));
    SortedSet<Long> outstanding = new TreeSet<>(List.of(1L, 2L, 3L));
    SortedSet<Long> nacked = new TreeSet<>();
    channel.addConfirmListener(new ConfirmListener() {
      @Override
      public void handleAck(long deliveryTag, boolean multiple) {
        confirmed(deliveryTag, multiple).clear();
      }

      @Override
      public void handleNack(long deliveryTag, boolean multiple) {
        SortedSet<Long> tags = confirmed(deliveryTag, multiple);
        nacked.addAll(tags);
        tags.clear();
      }

      private SortedSet<Long> confirmed(long deliveryTag, boolean multiple) {
        return outstanding.subSet(multiple ? 0 : deliveryTag, deliveryTag + 1);
      }
    });
    channel.confirmSelect();
    for (String body : List.of("first", "second", "too many")) {
      channel.basicPublish("", queue, null, body.getBytes());
    }
    expect(false, channel.waitForConfirms(10_000));
    expect(List.of(3L), List.copyOf(nacked));
    expect(true, outstanding.isEmpty());
    expect(2, channel.queueDeclarePassive(queue).getMessageCount());
  }

  private static void priorities(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel, Map.of("x-max-priority", 5));
    for (int priority : List.of(1, 3, 5, 3)) {
      AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder().priority(priority).build();
      channel.basicPublish("", queue, properties, ("of " + priority).getBytes());
    }
    channel.basicPublish("", queue, null, "of none".getBytes());
    BlockingQueue<Delivery> deliveries = consume(channel, queue);
    for (String body : List.of("of 5", "of 3", "of 3", "of 1", "of none")) {
      expect(body, next(deliveries).body);
    }
  }

  private static void consumerPriorities(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel);
    channel.basicQos(2);
    BlockingQueue<Delivery> low = consume(channel, queue, "low", false, Map.of());
    BlockingQueue<Delivery> high = consume(channel, queue, "high", false, Map.of("x-priority", 10));
    for (String body : List.of("a", "b", "c")) {
      channel.basicPublish("", queue, null, body.getBytes());
    }
    expect("a", next(high).body);
    expect("b", next(high).body);
    expect("c", next(low).body);
  }

  private static void singleActiveConsumer(Connection connection, Channel channel) throws Exception {
    String queue = exclusiveQueue(channel, Map.of("x-single-active-consumer", true));
    BlockingQueue<Delivery> active = consume(channel, queue, "active", true, Map.of());
    BlockingQueue<Delivery> waiting = consume(channel, queue, "waiting", true, Map.of());
    channel.basicPublish("", queue, null, "a".getBytes());
    channel.basicPublish("", queue, null, "b".getBytes());
    expect("a", next(active).body);
    expect("b", next(active).body);
    channel.basicCancel("active");
    channel.basicPublish("", queue, null, "c".getBytes());
    expect("c", next(waiting).body);
  }

  private static void alternateExchange(Connection connection, Channel channel) throws Exception {
    String alternate = unique("alternate");
    String exchange = unique("exchange");
    String queue = exclusiveQueue(channel);
    channel.exchangeDeclare(alternate, BuiltinExchangeType.FANOUT, false, true, null);
    channel.queueBind(queue, alternate, "");
    channel.exchangeDeclare(exchange, BuiltinExchangeType.DIRECT, false, false, Map.of("alternate-exchange", alternate));
    channel.basicPublish(exchange, "nobody's", null, "found".getBytes());
    Delivery delivery = next(consume(channel, queue));
    expect("found", delivery.body);
    expect(exchange, delivery.envelope.getExchange());
    channel.exchangeDelete(exchange);
  }

  private static void carbonCopies(Connection connection, Channel channel) throws Exception {
    String to = exclusiveQueue(channel);
    String copy = exclusiveQueue(channel);
    String hidden = exclusiveQueue(channel);
    channel.basicPublish("", to, withHeaders(Map.of("CC", List.of(copy), "BCC", List.of(hidden))), "copied".getBytes());
    for (String queue : List.of(to, copy, hidden)) {
      Map<String, Object> headers = next(consume(channel, queue)).properties.getHeaders();
      expect(copy, ((List<?>) headers.get("CC")).get(0).toString());
      expect(null, headers.get("BCC"));
    }
  }

  private static void deliveryLimit(Connection connection, Channel channel) throws Exception {
    String graveyard = exclusiveQueue(channel);
    String queue = unique("quorum");
    Map<String, Object> queueArguments = new java.util.HashMap<>(deadLettersTo(graveyard));
    queueArguments.put("x-queue-type", "quorum");
    queueArguments.put("x-delivery-limit", 2);
    channel.queueDeclare(queue, true, false, false, queueArguments);
    try {
      channel.confirmSelect();
      channel.basicPublish("", queue, withHeaders(Map.of("mine", 1)), "poison".getBytes());
      channel.waitForConfirmsOrDie(10_000);
      BlockingQueue<Delivery> deliveries = consume(channel, queue);
      for (Long count : new Long[] {null, 1L, 2L}) {
        Delivery delivery = next(deliveries);
        expect(count, delivery.properties.getHeaders().get("x-delivery-count"));
        expect(count != null, delivery.envelope.isRedeliver());
        channel.basicReject(delivery.envelope.getDeliveryTag(), true);
      }
      expect("delivery_limit", onlyDeath(next(consume(channel, graveyard)).properties).get("reason").toString());
    } finally {
      channel.queueDelete(queue);
    }
  }

  private static void stream(Connection connection, Channel channel) throws Exception {
    String stream = unique("stream");
    channel.queueDeclare(stream, true, false, false, Map.of("x-queue-type", "stream", "x-max-length-bytes", 10_000_000));
    try {
      channel.confirmSelect();
      for (int number = 0; number < 10; number++) {
        channel.basicPublish("", stream, null, ("message " + number).getBytes());
      }
      channel.waitForConfirmsOrDie(10_000);
      channel.basicQos(100);
      readStream(channel, stream, "first", 0);
      readStream(channel, stream, 5L, 5);
    } finally {
      channel.queueDelete(stream);
    }
  }

  private static void readStream(Channel channel, String stream, Object offset, int firstNumber) throws Exception {
    String tag = "from " + offset;
    BlockingQueue<Delivery> deliveries = consume(channel, stream, tag, false, Map.of("x-stream-offset", offset));
    for (int number = firstNumber; number < 10; number++) {
      Delivery delivery = next(deliveries);
      expect("message " + number, delivery.body);
      expect((long) number, delivery.properties.getHeaders().get("x-stream-offset"));
      channel.basicAck(delivery.envelope.getDeliveryTag(), false);
    }
    channel.basicCancel(tag);
  }

  private static void directReplyTo(Connection connection, Channel channel) throws Exception {
    String requests = exclusiveQueue(channel);
    BlockingQueue<Delivery> replies = consume(channel, "amq.rabbitmq.reply-to", "", true, Map.of());
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().replyTo("amq.rabbitmq.reply-to").correlationId("7").build();
    channel.basicPublish("", requests, properties, "question".getBytes());

    Channel server = connection.createChannel();
    GetResponse request = server.basicGet(requests, true);
    AMQP.BasicProperties asked = request.getProps();
    AMQP.BasicProperties answered = new AMQP.BasicProperties.Builder().correlationId(asked.getCorrelationId()).build();
    server.basicPublish("", asked.getReplyTo(), answered, "answer".getBytes());

    Delivery reply = next(replies);
    expect("answer", reply.body);
    expect("7", reply.properties.getCorrelationId());
  }
}
