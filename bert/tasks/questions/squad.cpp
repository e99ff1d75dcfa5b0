#include "bert/tasks/questions/squad.h"

#include <fmt/format.h>

#include "bert/io/json/document.h"
#include "bert/tasks/forms/row.h"
#include "bert/text/unicode/utf8.h"
#include "core/require.h"

namespace bertlet::tasks {

namespace {

using io::JsonPlace;

int64_t characters(std::string_view text) { return static_cast<int64_t>(text::count_characters(text)); }

std::string text_at(const JsonPlace& place) {
  std::string text = place.string();
  if (!what_is_wrong(text).empty()) place.refuse(fmt::format("text of at most {} bytes, without NUL", longest_row));
  return text;
}

Question read_question(const JsonPlace& place, int64_t passage, int64_t passage_size) {
  Question question{.id = place["id"].string(),
                    .text = text_at(place["question"]),
                    .passage = passage,
                    .impossible = place.boolean_or("is_impossible", false)};
  if (place.has("answers"))
    for (const JsonPlace& answer : place["answers"].elements())
      question.answers.push_back(read_answer(answer, passage_size));
  return question;
}

}  // namespace

Answer answer_at(const JsonPlace& start, std::string text, int64_t passage_size) {
  const int64_t at = start.integer();
  if (at < 0 || at > passage_size - characters(text))
    start.refuse(fmt::format("an answer inside the passage of {} characters", passage_size));
  return {std::move(text), at};
}

Answer read_answer(const JsonPlace& answer, int64_t passage_size) {
  std::string text = answer["text"].string();
  return answer_at(answer["answer_start"], std::move(text), passage_size);
}

Squad parse_squad(std::string_view json, const std::string& name) {
  const io::JsonDocument document = io::parse_json(json, name, io::Repeats::refused);
  Squad squad;
  for (const JsonPlace& article : document.root()["data"].elements())
    for (const JsonPlace& paragraph : article["paragraphs"].elements()) {
      squad.passages.push_back(text_at(paragraph["context"]));
      const int64_t number = std::ssize(squad.passages) - 1, size = characters(squad.passages.back());
      for (const JsonPlace& question : paragraph["qas"].elements())
        squad.questions.push_back(read_question(question, number, size));
    }
  return squad;
}

}  // namespace bertlet::tasks
