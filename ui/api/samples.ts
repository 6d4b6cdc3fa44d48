/** Parameters that ask for the samples of ten minutes. */
export const SAMPLES = "msg_rates_age=600&msg_rates_incr=5&lengths_age=600&lengths_incr=5" +
  "&data_rates_age=600&data_rates_incr=5";
