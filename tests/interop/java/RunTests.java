import java.io.PrintStream;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.manipulation.Filter;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/**
 * Runs JUnit 4 tests: `RunTests PATTERN CLASS...`, where tests with a name `Class.method` that matches the pattern are left out.
 * Prints a line for each test that ran, with its milliseconds, and after a failed one why it failed.
 */
public class RunTests extends RunListener {
  private final PrintStream out = System.out;
  private Failure failure;
  private long started;

  public static void main(String[] arguments) throws Exception {
    Filter without = new Without(Pattern.compile(arguments[0]));
    JUnitCore core = new JUnitCore();
    core.addListener(new RunTests());
    for (String name : Arrays.asList(arguments).subList(1, arguments.length)) {
      Request request = Request.aClass(Class.forName(name));
      // JUnit counts a class of which no test is left as a failure.
      if (without.shouldRun(request.getRunner().getDescription())) core.run(request.filterWith(without));
    }
    // Clients that a test has left open would keep the program from its end.
    System.exit(0);
  }

  private static String nameOf(Description test) {
    return test.getTestClass().getSimpleName() + "." + test.getMethodName();
  }

  @Override
  public void testStarted(Description test) {
    failure = null;
    started = System.nanoTime();
  }

  @Override
  public void testFailure(Failure failure) {
    this.failure = failure;
    if (!failure.getDescription().isTest()) testFinished(failure.getDescription());
  }

  @Override
  public void testAssumptionFailure(Failure failure) {
    this.failure = failure;
  }

  @Override
  public void testFinished(Description test) {
    long milliseconds = (System.nanoTime() - started) / 1_000_000;
    out.println((failure == null ? "PASS " : "FAIL ") + nameOf(test) + " (" + milliseconds + " ms)" + message());
    if (failure != null) out.println(failure.getTrimmedTrace());
  }

  private String message() {
    return failure == null ? "" : ": " + String.valueOf(failure.getMessage()).split("\n")[0];
  }

  private static class Without extends Filter {
    private final Pattern excluded;

    Without(Pattern excluded) {
      this.excluded = excluded;
    }

    @Override
    public boolean shouldRun(Description description) {
      if (description.isTest()) return !excluded.matcher(nameOf(description)).find();
      return description.getChildren().stream().anyMatch(this::shouldRun);
    }

    @Override
    public String describe() {
      return "without " + excluded;
    }
  }
}
