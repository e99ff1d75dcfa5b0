#pragma once
#include <map>
#include <string>

#include "bert/io/json/value.h"

namespace bertlet::train {

// Means since the last report.
class Means {
 public:
  void add(const std::string& name, double value) {
    sums_[name] += value;
    ++counts_[name];
  }
  void write_to(io::Json& line) {
    for (const auto& [name, sum] : sums_) line[name] = sum / static_cast<double>(counts_.at(name));
    *this = {};
  }
  io::Json notes() const { return {{"sums", sums_}, {"counts", counts_}}; }
  void go_on_from(const io::Json& notes) {
    for (const auto& [name, sum] : notes.at("sums").items()) sums_[name] = sum.number();
    for (const auto& [name, count] : notes.at("counts").items()) counts_[name] = count.integer();
  }

 private:
  std::map<std::string, double> sums_;
  std::map<std::string, int64_t> counts_;
};

}  // namespace bertlet::train
