#include "apps/bertlet/samples/sample_formats.h"

#include "bert/io/json/document.h"
#include "core/names.h"

namespace apps::samples {

namespace io = bertlet::io;
using bertlet::joined;

std::string single_tsv(const std::vector<Example>& rows, std::string_view label) {
  std::string text = fmt::format("sentence\t{}\n", label);
  for (const Example& row : rows) text += fmt::format("{}\t{}\n", row.text, row.label);
  return text;
}

std::string pair_tsv(const std::vector<Example>& rows, std::string_view label) {
  std::string text = fmt::format("sentence1\tsentence2\t{}\n", label);
  for (const Example& row : rows) text += fmt::format("{}\t{}\t{}\n", row.text, row.text_b, row.label);
  return text;
}

std::string conll(const std::vector<Example>& rows) {
  std::string text;
  for (const Example& row : rows) {
    for (std::size_t i = 0; i < row.parts.size(); ++i) text += fmt::format("{}\t{}\n", row.parts[i], row.labels[i]);
    text += '\n';
  }
  return text;
}

namespace {

io::Json squad_paragraph(const SampleQuestion& row, std::size_t number) {
  io::Json answers = io::Json::array();
  if (!row.answer.empty()) answers.push_back({{"text", row.answer}, {"answer_start", row.answer_start}});
  const io::Json question = {{"id", std::to_string(number)},
                             {"question", row.question},
                             {"answers", answers},
                             {"is_impossible", row.answer.empty()}};
  return {{"context", row.context}, {"qas", io::Json::array({question})}};
}

}  // namespace

std::string squad(const std::vector<SampleQuestion>& rows) {
  io::Json paragraphs = io::Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) paragraphs.push_back(squad_paragraph(rows[i], i + 1));
  const io::Json article = {{"title", "who does what"}, {"paragraphs", paragraphs}};
  return io::Json{{"version", "v2.0"}, {"data", io::Json::array({article})}}.dump(1) + '\n';
}

std::string swag(const std::vector<SampleChoice>& rows) {
  std::string text = "sent1,sent2,ending0,ending1,ending2,ending3,label\n";
  for (const SampleChoice& row : rows)
    text += fmt::format("{},{},{},{}\n", row.context, row.beginning, joined(row.endings, ","), row.right);
  return text;
}

std::string paragraphs(const std::vector<std::vector<std::string>>& documents) {
  std::string text;
  for (const auto& document : documents) text += fmt::format("{}\n\n", joined(document, "\n"));
  return text;
}

}  // namespace apps::samples
