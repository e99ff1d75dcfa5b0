#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bertlet::tasks {

// The labels of a task and their numbers 0, 1, 2, …, in an order that does not depend on that of the rows.
//
//   const Labels labels = Labels::of(seen);    // sorted; if all are numbers, by their value
//   labels.write(run / "label.txt");
//   labels.id("sport", "dev.tsv:17");          // error: dev.tsv:17: got the label 'sport', want 'sports' or another of
//   15
class Labels {
 public:
  explicit Labels(std::vector<std::string> names);  // in this order; none twice

  static Labels of(std::span<const std::string> seen);
  static Labels read(const std::filesystem::path& file);  // a line each
  void write(const std::filesystem::path& file) const;

  int64_t size() const { return std::ssize(names_); }
  const std::vector<std::string>& names() const { return names_; }
  const std::string& name(int64_t id) const;
  std::optional<int64_t> find(const std::string& name) const;
  int64_t id(const std::string& name, const std::string& place) const;  // an error that begins with the place

 private:
  std::vector<std::string> names_;
  std::map<std::string, int64_t> ids_;
};

// A label that is a number; an error that begins with the place.
double number_of(const std::string& label, const std::string& place);

}  // namespace bertlet::tasks
