package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UsedStylesTest {
  private static final Set<String> WORDS = Set.of("nav", "nav-link", "sidebar");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "body{a:b}|body{a:b}",
        ".nav{a:b}.card{a:b}|.nav{a:b}",
        ".card,.nav .nav-link,.nav .badge{a:b}|.nav .nav-link{a:b}",
        ".nav:not(.card) a,p{a:b}|.nav:not(.card) a,p{a:b}",
        ".navbar{a:b}|``",
        "@media (min-width:1px){.nav{a:b}.card{a:b}}p{a:b}|@media (min-width:1px){.nav{a:b}}p{a:b}",
        "@media print{.card{a:b}}|``",
        "@font-face{src:url(data:x)}|@font-face{src:url(data:x)}",
        ".nav{a:url(\"}.card{\")}|.nav{a:url(\"}.card{\")}",
        ".nav::before{content:'\\'}'}|.nav::before{content:'\\'}'}",
        "@charset \"utf-8\";.card{a:b}|@charset \"utf-8\";",
        ".nav{a:b|.nav{a:b}",
      })
  void shouldKeepTheRulesOfAPage(String css, String used) {
    assertThat(UsedStyles.of(css, WORDS).replace("\n", "")).isEqualTo(used);
  }

  @Test
  void shouldKeepTheLicense() {
    assertThat(UsedStyles.of("/*! MIT */ /* note */ .card{a:b}", WORDS)).isEqualTo("/*! MIT */\n");
  }
}
