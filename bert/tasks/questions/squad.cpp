#include "bert/tasks/questions/squad.h"

#include <fmt/format.h>

#include "bert/io/files/file.h"
#include "bert/io/json/document.h"
#include "bert/tasks/forms/row.h"
#include "bert/text/unicode/utf8.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

using io::JsonPlace;

std::int64_t characters(std::string_view text) { return static_cast<std::int64_t>(text::count_characters(text)); }

// Calls f for every element of a list.
template <class F>
void for_each(const JsonPlace& list, const F& f) {
  if (!list.is_array()) list.refuse("a list");
  for (std::size_t i = 0; i < list.size(); ++i) f(list[i]);
}

std::string text_at(const JsonPlace& place) {
  std::string text = place.string();
  if (!what_is_wrong(text).empty()) place.refuse(fmt::format("text of at most {} bytes, without NUL", longest_row));
  return text;
}

Answer read_answer(const JsonPlace& place, std::int64_t passage_size) {
  Answer answer{.text = place["text"].string(), .start = place["answer_start"].integer()};
  const std::int64_t latest = passage_size - characters(answer.text);
  if (answer.start < 0 || answer.start > latest)
    place["answer_start"].refuse(fmt::format("an answer inside the passage of {} characters", passage_size));
  return answer;
}

Question read_question(const JsonPlace& place, std::int64_t passage, std::int64_t passage_size) {
  Question question{.id = place["id"].string(),
                    .text = text_at(place["question"]),
                    .passage = passage,
                    .impossible = place.boolean_or("is_impossible", false)};
  if (place.has("answers"))
    for_each(place["answers"],
             [&](const JsonPlace& answer) { question.answers.push_back(read_answer(answer, passage_size)); });
  return question;
}

}  // namespace

Squad parse_squad(std::string_view json, const std::string& name) {
  const io::JsonDocument document = io::parse_json(json, name, io::Repeats::refused);
  Squad squad;
  const auto read_paragraph = [&](const JsonPlace& paragraph) {
    squad.passages.push_back(text_at(paragraph["context"]));
    const std::int64_t number = std::ssize(squad.passages) - 1, size = characters(squad.passages.back());
    for_each(paragraph["qas"],
             [&](const JsonPlace& question) { squad.questions.push_back(read_question(question, number, size)); });
  };
  for_each(document.root()["data"], [&](const JsonPlace& article) { for_each(article["paragraphs"], read_paragraph); });
  return squad;
}

Squad read_squad(const std::filesystem::path& file) {
  const std::string bytes = io::read_file(file);
  Squad squad = parse_squad(plain_text(bytes, file.string()), file.string());
  require(!squad.questions.empty(), "{}: has no questions", file.string());
  return squad;
}

}  // namespace bertlet::tasks
