#include "work/handlers/html_text.hpp"

#include <gtest/gtest.h>
#include <string>

namespace jobcast {
namespace {

using namespace std::chrono_literals;

constexpr HtmlLimits ample{256 * 1024 * 1024, std::chrono::milliseconds(60'000)};

HtmlText read(std::string_view html) {
  auto outcome = text_of_html(html, ample, {});
  EXPECT_TRUE(std::holds_alternative<HtmlText>(outcome)) << html;
  return std::get<HtmlText>(std::move(outcome));
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(HtmlTextTest, IsWhatAReaderSees) {
  struct Case {
    std::string_view html;
    std::string_view text;
  };
  const Case cases[] = {
      {"", ""},
      {"plain text", "plain text"},
      {"<p>One</p><p>Two</p>", "One\n\nTwo"},
      {"<h1>Head</h1><div>a<div>b</div>c</div>", "Head\na\nb\nc"},
      {"a<b>b</b>c <i> d </i> e", "abc d e"},
      {"  many \n\t spaces  ", "many spaces"},
      {"one<br>two<br><br>three", "one\ntwo\n\nthree"},
      {"<ul><li>a<li>b</ul>", "a\nb"},
      {"<table><tr><td>a<td>b<tr><th>c<td>d</table>after", "a\tb\nc\td\nafter"},
      {"<pre>\n a\n  b\n</pre>c", " a\n  b\nc"},
      {"&lt;b&gt; &amp; &eacute; &#8364; &#x1F600; &copy", "<b> & \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xc2\xa9"},
      {"a<script>alert('x')</script><style>p{}</style><!-- no -->b", "ab"},
      {"a<noscript>no</noscript><template>no</template><iframe>no</iframe>b", "ab"},
      {"a<p hidden>no</p>b<video>no</video>", "ab"},
      {"<title>T</title>body", "body"},
      {"<select><option>x<option>y</select>", "x\ny"},
      {"<svg><title>no</title><text>yes</text></svg>", "yes"},
      {"a<unknown-tag>b</unknown-tag>c", "abc"},
      {"unclosed <b>bold <p>para", "unclosed bold\n\npara"},
      {"<![CDATA[x]]>y", "y"},
      {"a\xc2\xa0"
       "b",
       "a\xc2\xa0"
       "b"},
  };
  for (const auto& [html, text] : cases) EXPECT_EQ(read(html).text, text) << html;
}

TEST(HtmlTextTest, TellsTheTitleOnOneLine) {
  EXPECT_EQ(read("<title> A &amp;\n  B </title>").title, "A & B");
  EXPECT_EQ(read("<p>none").title, "");
  EXPECT_EQ(read("<svg><title>no</title></svg>").title, "");
  EXPECT_EQ(read("<title></title><title>second</title>").title, "second");
  EXPECT_EQ(read("<title>" + std::string(5000, 'x') + "</title>").title.size(), 1024U);
}

TEST(HtmlTextTest, SurvivesDeepNesting) {
  EXPECT_EQ(read(repeated("<b>", 2000) + "x").text, "x");
  EXPECT_EQ(read(repeated("<span>", 30'000) + "deep").text, "deep");
}

TEST(HtmlTextTest, RefusesWhatTakesTooMuch) {
  const auto nested = repeated("<div>", 1'000'000);
  auto outcome = text_of_html(nested, {ample.memory_bytes, 50ms}, {});
  EXPECT_EQ(std::get<HtmlRefusal>(outcome), HtmlRefusal::too_slow);

  outcome = text_of_html(repeated("<p>x", 100'000), {1024 * 1024, 60s}, {});
  EXPECT_EQ(std::get<HtmlRefusal>(outcome), HtmlRefusal::too_complex);

  std::stop_source stop;
  stop.request_stop();
  outcome = text_of_html(nested, ample, stop.get_token());
  EXPECT_EQ(std::get<HtmlRefusal>(outcome), HtmlRefusal::stopped);
}

TEST(OnOneLineTest, CutsAtACharacter) {
  EXPECT_EQ(on_one_line("  a \n b  ", 100), "a b");
  EXPECT_EQ(on_one_line("abc", 2), "ab");
  EXPECT_EQ(on_one_line("ab cd", 3), "ab");
  EXPECT_EQ(on_one_line("a\xc3\xa9", 2), "a");
  EXPECT_EQ(on_one_line("a\xff", 10), "a\xef\xbf\xbd");
  EXPECT_EQ(on_one_line(" ", 10), "");
}

}  // namespace
}  // namespace jobcast
