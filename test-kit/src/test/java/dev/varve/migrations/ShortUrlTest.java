package dev.varve.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class ShortUrlTest {

    @Test
    void has_what_was_said_and_no_default() {
        PGSimpleDataSource said = new PGSimpleDataSource();
        said.setUrl(
                "jdbc:postgresql://one:5433,[::1]:5434/varve?user=in_the_url&ApplicationName=x%20y&connectTimeout=10");
        said.setPassword("secret");
        said.setSocketTimeout(7);

        PGSimpleDataSource brief = (PGSimpleDataSource) ShortUrl.of(said);

        assertThat(brief.getUrl())
                .isEqualTo("jdbc:postgresql://one:5433,[::1]:5434/varve?ApplicationName=x+y&socketTimeout=7");
        assertThat(brief.getUser()).isEqualTo("in_the_url");
        assertThat(brief.getPassword()).isEqualTo("secret");
    }

    @Test
    void is_not_made_of_what_opens_its_connections_in_its_own_way() {
        DataSource own = new PGSimpleDataSource() {};

        assertThat(ShortUrl.of(own)).isSameAs(own);
    }
}
