#include "apps/bertlet/romeo/story.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/romeo/text.h"
#include "bert/view/heat_table.h"
#include "bert/view/line_chart.h"
#include "bert/view/markup.h"
#include "bert/view/numbers.h"
#include "bert/view/page.h"
#include "core/mapped.h"
#include "core/names.h"
#include "core/real.h"

namespace apps {

namespace {

namespace view = bertlet::view;
using bertlet::data::Hidden;
using bertlet::data::Instance;
using bertlet::data::Pair;
using romeo::Loss;
using romeo::Toy;
using view::escaped;

std::string heading(const char* words) { return fmt::format("<h2>{}</h2>\n", words); }
std::string paragraph(const std::string& html) { return "<p>" + html + "</p>\n"; }

std::string row_of(const std::vector<std::string>& cells, const char* cell = "td") {
  std::string html = "<tr>";
  for (const std::string& text : cells) html += fmt::format("<{0} class=\"text\">{1}</{0}>", cell, escaped(text));
  return html + "</tr>\n";
}

std::string table_of(const char* name, const std::vector<std::string>& columns, const std::string& rows) {
  return view::boxed_table(name, "<thead>" + row_of(columns, "th") + "</thead>\n<tbody>\n" + rows + "</tbody>\n");
}

std::string facts(const Toy& toy, const romeo::Settings& settings, const Score& score) {
  std::string html = "<dl class=\"facts\">\n";
  const auto fact = [&](const char* name, const std::string& value) {
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
  };
  fact("parameters", view::count_text(static_cast<double>(toy.parameters())));
  fact("epochs", std::to_string(settings.epochs));
  fact("masked words right", fmt::format("{} of {}", score.masked_right, score.masked));
  fact("next sentences right", fmt::format("{} of {}", score.next_right, score.next));
  return html + "</dl>\n";
}

std::string dialogue(const std::vector<std::string>& lines) {
  std::string rows;
  for (std::size_t i = 0; i < lines.size(); ++i) rows += row_of({std::to_string(i + 1), lines[i]});
  return heading("The dialogue") +
         paragraph(
             "All the text that the model ever sees. Examples are pairs of lines; in half of them the second line "
             "follows the first.") +
         table_of("The dialogue", {"line", "text"}, rows);
}

// --- an example ------------------------------------------------------------------------------------------------------

const char* became(const Toy& toy, const Hidden& hidden, int64_t shown) {
  if (shown == toy.tokenizer().mask_id()) return "masked";
  return shown == hidden.id ? "as it was" : "another word";
}

std::string example_rows(const Toy& toy, const Instance& example) {
  std::string rows;
  auto next = example.hidden.begin();
  for (int64_t i = 0; i < example.size(); ++i) {
    const int64_t shown = example.ids[bertlet::to_size(i)];
    const bool asked = next != example.hidden.end() && next->position == i;
    rows += row_of({std::to_string(i), i < example.second ? "first" : "second", word(toy, asked ? next->id : shown),
                    word(toy, shown), asked ? became(toy, *next, shown) : ""});
    next += asked;
  }
  return rows;
}

std::string example(const Toy& toy) {
  const Instance& first = toy.examples()[0];
  return heading("An example is masked") +
         paragraph(fmt::format("{} of {} tokens are asked for, and whether the second line follows the first. Here it "
                               "{}.",
                               first.hidden.size(), first.size(), first.pair == Pair::follows ? "does" : "does not")) +
         table_of("The first example", {"place", "line", "text", "shown", "asked for"}, example_rows(toy, first));
}

// --- losses ----------------------------------------------------------------------------------------------------------

std::string figure_of(const view::LineChart& chart) {
  return fmt::format("<figure class=\"chart\">\n<figcaption>{}</figcaption>\n{}</figure>\n", escaped(chart.title),
                     svg_of(chart) + table_of(chart));
}

std::string losses(const Levels& levels, const std::vector<Loss>& all) {
  view::Line words{.name = "masked words", .points = {}}, sentences{.name = "next sentences", .points = {}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto epoch = static_cast<double>(i + 1);
    words.points.push_back({epoch, all[i].words});
    sentences.points.push_back({epoch, all[i].sentences});
  }
  const view::LineChart of_words{
      .title = "Loss of masked words",
      .x_name = "epoch",
      .lines = {words},
      .references = {{"blind guess", levels.words}, {"knowing frequencies", levels.frequencies}}};
  const view::LineChart of_sentences{.title = "Loss of next sentences",
                                     .x_name = "epoch",
                                     .lines = {sentences},
                                     .references = {{"blind guess", levels.sentences}}};
  return heading("It learns") +
         paragraph(
             "The dotted lines are what can be had without looking at the text: by guessing blindly, and by "
             "knowing how often each word is asked for. Only below them does the model look around a gap.") +
         "<div class=\"charts\">\n" + figure_of(of_words) + figure_of(of_sentences) + "</div>\n";
}

// --- attention -------------------------------------------------------------------------------------------------------

std::string heat_of(const Toy& toy, const char* name, const bertlet::Array& all) {
  const std::vector<std::string> tokens = words(toy, toy.examples()[0].ids);
  view::HeatTable table{.caption = name,
                        .rows_are = "from",
                        .columns_are = "to",
                        .rows = tokens,
                        .columns = tokens,
                        .numbers = {},
                        .most = 0.5};
  for (std::size_t i = 0; i < tokens.size() * tokens.size(); ++i) {  // the first head is the front of [A, T, T]
    table.numbers.push_back(static_cast<double>(all[static_cast<int64_t>(i)]));
    table.texts.push_back(fmt::format("{:.0f}", 100 * table.numbers.back()));
  }
  return html_of(table);
}

std::string attention(const Toy& toy, const bertlet::Array& before, const bertlet::Array& after) {
  return heading("Where it looks, before and after") +
         paragraph(
             "The first head of the last layer in the first example, in percent: each row is a token, and how much "
             "it looks at each other. Before anything is learned it looks at all nearly alike.") +
         heat_of(toy, "Attention before", before) + paragraph("After:") + heat_of(toy, "Attention after", after);
}

// --- answers ---------------------------------------------------------------------------------------------------------

std::string answers(const Toy& toy, const romeo::Verdict& verdict) {
  std::string rows;
  for (std::size_t i = 0; i < verdict.answers.size(); ++i) {
    const Instance& example = toy.examples()[i];
    const auto hidden = bertlet::mapped(example.hidden, [](const Hidden& each) { return each.id; });
    rows += row_of({bertlet::joined(words(toy, example.ids), " "), bertlet::joined(words(toy, hidden), " "),
                    bertlet::joined(words(toy, verdict.answers[i].words), " "),
                    example.pair == Pair::follows ? "yes" : "no", verdict.answers[i].follows ? "yes" : "no"});
  }
  return heading("What it answers") + table_of("Answers", {"shown", "hidden", "found", "follows?", "found"}, rows);
}

}  // namespace

std::string story_page(const Toy& toy, const romeo::Settings& settings, const Story& story,
                       const romeo::Verdict& verdict) {
  const std::string title = "A BERT learns a dialogue by heart";
  std::string body = "<h1>" + title + "</h1>\n" + facts(toy, settings, score_of(toy, verdict));
  body += dialogue(settings.lines) + example(toy) + losses(levels_of(toy), story.losses);
  body += attention(toy, story.before, toy.attention(0, bertlet::to_size(settings.layers) - 1));
  return view::page(title, body + answers(toy, verdict), 1);
}

}  // namespace apps
