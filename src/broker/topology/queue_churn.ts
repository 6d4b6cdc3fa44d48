/** Numbers of queues that came and went since the broker started, by RabbitMQ's names in `churn_rates`. */
export class QueueChurn {
  /** Declarations, of new and of existing queues; passive ones don't count. */
  queueDeclared = 0;
  queueCreated = 0;
  queueDeleted = 0;
}
