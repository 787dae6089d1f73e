import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;

/** Connects with pgjdbc; lines in and out as probe.py has them. Of the variables only HOME counts, as user.home. */
public class Probe {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] fields = line.split("\t");
            for (int n = 2; n < fields.length; n++) {
                if (fields[n].startsWith("HOME=")) {
                    System.setProperty("user.home", fields[n].substring(5));
                }
            }
            try (Connection connection = DriverManager.getConnection(fields[1])) {
                ResultSet result = connection.createStatement()
                    .executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
                result.next();
                System.out.println("ok\t" + (result.getBoolean(1) ? "t" : "f"));
            } catch (Exception error) {
                System.out.println("error\t" + String.valueOf(error.getMessage()).replace('\n', ' ').replace('\t', ' '));
            }
        }
    }
}
