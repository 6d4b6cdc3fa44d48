/** Numbers of created and deleted queues since the broker started, by RabbitMQ's names in `churn_rates`. */
export class QueueChurn {
  /** Number of declarations, of new and of existing queues; passive ones don't count. */
  queueDeclared = 0;
  queueCreated = 0;
  queueDeleted = 0;
}
